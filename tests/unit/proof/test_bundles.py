import io
import os
import zipfile
from pathlib import Path

import pytest

from skafu.kernel.errors import Invalid
from skafu.proof.local_aws.bundles import function_contents, layer_contents, shipped_files, zip_of


def tree(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


def names_in(content: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        return bundle.namelist()


def test_the_same_content_is_the_same_bytes(tmp_path: Path) -> None:
    one, two = tree(tmp_path / "one", "b.py", "a.py"), tree(tmp_path / "two", "a.py", "b.py")
    os.utime(two / "a.py", (1, 1))
    assert zip_of(dict(shipped_files(one))) == zip_of(dict(shipped_files(two)))
    (two / "a.py").write_text("changed")
    assert zip_of(dict(shipped_files(one))) != zip_of(dict(shipped_files(two)))


def test_files_can_be_read_by_the_function_whatever_their_mode_here(tmp_path: Path) -> None:
    source = tree(tmp_path, "a.py", "run.sh")
    (source / "a.py").chmod(0o600)
    (source / "run.sh").chmod(0o755)
    with zipfile.ZipFile(io.BytesIO(zip_of(dict(shipped_files(source))))) as bundle:
        modes = {entry.filename: entry.external_attr >> 16 for entry in bundle.infolist()}
    assert modes == {"a.py": 0o644, "run.sh": 0o755}


def test_caches_are_not_shipped(tmp_path: Path) -> None:
    source = tree(tmp_path, "handlers/a.py", "handlers/__pycache__/a.pyc", ".mypy_cache/x", "bin/run.py")
    assert [name for name, _path in shipped_files(source)] == ["bin/run.py", "handlers/a.py"]


def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    source = tree(tmp_path / "src", "a.py")
    (source / "link.py").symlink_to(source / "a.py")
    assert [name for name, _path in shipped_files(source)] == ["a.py", "link.py"]
    (source / "secret").symlink_to(tree(tmp_path, "secret") / "secret")
    with pytest.raises(Invalid, match="leads out of"):
        list(shipped_files(source))


def test_a_function_has_its_code_over_its_dependencies(tmp_path: Path) -> None:
    source = tree(tmp_path / "src", "handlers/a.py", "msgspec/__init__.py")
    dependencies = tree(tmp_path / "deps", "msgspec/__init__.py", "bin/tool", ".lock", ".complete")
    contents = function_contents(source, dependencies)
    assert sorted(contents) == ["handlers/a.py", "msgspec/__init__.py"]
    assert contents["msgspec/__init__.py"] == source / "msgspec/__init__.py"


def test_a_layer_is_all_under_python(tmp_path: Path) -> None:
    source = tree(tmp_path / "src", "shared/__init__.py", "requirements.txt")
    dependencies = tree(tmp_path / "deps", "msgspec/__init__.py")
    contents = layer_contents(source, dependencies)
    assert names_in(zip_of(contents)) == ["python/msgspec/__init__.py", "python/shared/__init__.py"]


def test_a_layer_that_has_the_shape_already_keeps_it(tmp_path: Path) -> None:
    source = tree(tmp_path, "python/shared/__init__.py")
    assert names_in(zip_of(layer_contents(source, None))) == ["python/shared/__init__.py"]
