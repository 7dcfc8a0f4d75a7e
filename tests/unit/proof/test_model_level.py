from pathlib import Path

from proof_subjects import subject_of, written

from skafu.blueprint.lock import Lock, LockedFile, digest, write_lock
from skafu.proof.model_level import check_blueprint, check_lock
from skafu.proof.subject import Subject

BLUEPRINT = "name: x\n"


def locked(root: Path, out: Path, *, blueprint_digest: str = "") -> Subject:
    files = {
        "skafu.yaml": LockedFile(digest(BLUEPRINT.encode()), "yours"),
        "src/a.py": LockedFile(digest(b"a"), "generated", "services.lists"),
        "src/own.py": LockedFile(digest(b"own"), "yours"),
    }
    written(root, {"skafu.yaml": BLUEPRINT, "src/a.py": "a", "src/own.py": "own", ".skafu/x": ""})
    (root / ".skafu/x").unlink()
    lock = Lock("system", "t", "a", blueprint_digest or digest(BLUEPRINT.encode()), "ruff", files)
    (root / ".skafu/lock.json").write_bytes(write_lock(lock))
    return subject_of(root, out)


def test_an_untouched_project_passes_and_knows_its_elements(tmp_path: Path) -> None:
    result, origin = check_lock(locked(tmp_path / "p", tmp_path / "out"))

    assert (result.verdict, result.evidence["edited"]) == ("passed", [])
    assert origin.element_of("src/a.py") == "services.lists"
    assert origin.element_of("nowhere.py") == ""


def test_edited_files_are_listed_and_do_not_block(tmp_path: Path) -> None:
    locked(tmp_path / "p", tmp_path / "out")
    written(tmp_path / "p", {"src/a.py": "edited", "src/own.py": "mine", "src/new.py": ""})

    result, origin = check_lock(subject_of(tmp_path / "p", tmp_path / "out"))

    assert result.verdict == "passed"
    assert origin.edited == ("src/a.py",)
    assert result.evidence["added"] == ["src/new.py"]


def test_a_generated_file_that_is_gone_is_a_problem_and_one_of_yours_is_not(tmp_path: Path) -> None:
    locked(tmp_path / "p", tmp_path / "out")
    for path in ("src/a.py", "src/own.py"):
        (tmp_path / "p" / path).unlink()

    result, _origin = check_lock(subject_of(tmp_path / "p", tmp_path / "out"))

    assert [(problem.file, problem.element) for problem in result.problems] == [("src/a.py", "services.lists")]


def test_a_blueprint_that_was_changed_after_generation_is_a_problem(tmp_path: Path) -> None:
    result, _origin = check_lock(locked(tmp_path / "p", tmp_path / "out", blueprint_digest="earlier"))

    assert [problem.file for problem in result.problems] == ["skafu.yaml"]
    assert "skafu generate" in result.problems[0].fix


def test_a_lock_that_is_missing_or_damaged_is_a_problem(tmp_path: Path) -> None:
    root = written(tmp_path / "p", {"skafu.yaml": BLUEPRINT})
    assert check_lock(subject_of(root, tmp_path / "out"))[0].verdict == "failed"

    written(root, {".skafu/lock.json": "{"})
    result, origin = check_lock(subject_of(root, tmp_path / "out"))
    assert "can't be read" in result.problems[0].message
    assert origin.lock is None


def test_a_blueprint_with_errors_fails_with_their_lines(tmp_path: Path) -> None:
    root = written(tmp_path / "p", {"skafu.yaml": "skafu: 1\nname: Not Kebab\nnonsense: true\n"})

    result, system = check_blueprint(subject_of(root, tmp_path / "out"))

    assert system is None
    assert result.verdict == "failed"
    assert {problem.line for problem in result.problems} >= {3}
    assert {problem.file for problem in result.problems} == {"skafu.yaml"}


def test_a_sound_blueprint_gives_the_resolved_system(tmp_path: Path) -> None:
    example = Path(__file__).parents[3] / "examples/todo/skafu.yaml"
    root = written(tmp_path / "p", {"skafu.yaml": example.read_text()})

    result, system = check_blueprint(subject_of(root, tmp_path / "out"))

    assert result.verdict == "passed"
    assert system is not None
    assert system.names.kebab == "todo"
