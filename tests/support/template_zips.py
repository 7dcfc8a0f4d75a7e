"""Templates as zips: good ones, broken ones, hostile ones."""

import io
import stat
import zipfile
from collections.abc import Mapping

ALWAYS = (2026, 1, 1, 0, 0, 0)
GREETING = {
    "copier.yml": b"name:\n  type: str\n  default: world\n  help: Whom to greet\nloud: false\n",
    "{{ name }}.txt.jinja": b"Hello {{ name }}{% if loud %}!{% endif %}\n",
    "docs/about.md": b"About.\n",
}
BROKEN = {"copier.yml": b"name: world\n", "a.txt.jinja": b"{% if %}"}
COOKIES = {
    "cookiecutter.json": b'{"project": "shop", "licence": ["MIT", "none"], "_hidden": 1}',
    "{{ cookiecutter.project }}/a.txt": b"{{ cookiecutter.licence }}",
}


def zipped(files: Mapping[str, bytes], *, compressed: bool = True) -> bytes:
    written = io.BytesIO()
    kind = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
    with zipfile.ZipFile(written, "w", kind) as archive:
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(path, ALWAYS), content, kind)
    return written.getvalue()


def zip_with_link(path: str, target: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("copier.yml", b"name: a\n")
        entry = zipfile.ZipInfo(path)
        entry.create_system = 3
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, target)
    return written.getvalue()
