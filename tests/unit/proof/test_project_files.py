import hashlib
import os
from pathlib import Path

import pytest
from proof_subjects import written

from skafu.kernel.errors import Invalid
from skafu.proof.project_files import copy_of, digests_of, files_of


def test_sources_are_listed_and_what_tools_make_is_not(tmp_path: Path) -> None:
    written(
        tmp_path,
        {
            ".github/workflows/deliver.yaml": "",
            ".gitignore": "*.local\n/secret/\n",
            ".skafu/lock.json": "",
            ".skafu/pending/journal.json": "",
            "src/app.py": "",
            "src/build/kept.py": "",
            "src/__pycache__/app.pyc": "",
            "build/out.zip": "",
            ".venv/bin/python": "",
            "node_modules/x/index.js": "",
            ".coverage": "",
            "settings.local": "",
            "secret/key": "",
            "proof.json": "",
            "PROOF.md": "",
            "docs/PROOF.md": "",
        },
    )

    assert files_of(tmp_path) == [
        ".github/workflows/deliver.yaml",
        ".gitignore",
        ".skafu/lock.json",
        "docs/PROOF.md",
        "src/app.py",
        "src/build/kept.py",
    ]


def test_digests_are_sha256_and_a_link_counts_as_where_it_leads(tmp_path: Path) -> None:
    written(tmp_path, {"a.txt": "hello"})
    (tmp_path / "b.txt").symlink_to("a.txt")

    digests = digests_of(tmp_path)

    assert digests["a.txt"] == hashlib.sha256(b"hello").hexdigest()
    assert digests["b.txt"] == hashlib.sha256(b"a.txt").hexdigest()


def test_a_link_out_of_the_project_is_refused(tmp_path: Path) -> None:
    project = written(tmp_path / "project", {"a.txt": ""})
    (project / "passwords").symlink_to("/etc")

    with pytest.raises(Invalid, match="passwords is a link that leads out"):
        files_of(project)


def test_a_copy_holds_the_named_files_only_and_is_gone_at_the_end(tmp_path: Path) -> None:
    written(tmp_path, {"src/a.py": "a", "b.py": "b", "left.py": "c"})

    with copy_of(tmp_path, ["src/a.py", "b.py"]) as copy:
        assert files_of(copy) == ["b.py", "src/a.py"]
        assert list((copy.parent / "out").iterdir()) == []
        (copy / "b.py").write_text("spoilt")

    assert not copy.parent.exists()
    assert (tmp_path / "b.py").read_text() == "b"


def test_copies_of_killed_processes_are_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    dead = tmp_path / "skafu-proof-999999999-abc"
    young = tmp_path / "skafu-proof-999999998-abc"
    alive = tmp_path / f"skafu-proof-{os.getpid()}-abc"
    for folder in (dead, young, alive):
        folder.mkdir()
    for folder in (dead, alive):
        os.utime(folder, (0, 0))

    with copy_of(written(tmp_path / "project", {"a": ""}), ["a"]):
        assert not dead.exists()
        assert young.exists()
        assert alive.exists()
