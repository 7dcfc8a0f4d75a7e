from pathlib import Path

from generated_projects import generate
from proof_subjects import subject_of, written

from skafu.proof.tests_level import COVERAGE, TESTS, run_tests

FAILING = '''"""Tests that fail."""

import socket

import pytest

import shared.clock


def test_sum() -> None:
    """It is wrong."""
    assert 1 + 1 == 3


def test_the_world_is_out_of_reach() -> None:
    """The network is closed."""
    with pytest.raises(OSError, match="unreachable"):
        socket.create_connection(("192.0.2.1", 80), timeout=5)
'''


IMPORTING = "def test_import() -> None:\n    import lists\n    import shared.clock\n"


def without_tests(root: Path) -> None:
    for path in root.rglob("test_*.py"):
        path.unlink()


def test_a_failing_test_and_untested_code_are_named(tmp_path: Path) -> None:
    root = generate("todo", tmp_path / "project")
    without_tests(root)
    written(root, {"services/lists/tests/test_failing.py": FAILING})

    tests, coverage = run_tests(subject_of(root, tmp_path / "out"))

    assert (tests.name, coverage.name) == (TESTS, COVERAGE)
    assert tests.verdict == coverage.verdict == "failed"
    failed = {one.line: one.message for one in tests.problems if one.file.endswith("test_failing.py")}
    assert "assert (1 + 1) == 3" in failed[10]
    if tests.evidence["network"] == "loopback only":
        assert list(failed) == [10]
        assert tests.evidence["passed"] == 1
    assert "services/lists/src/lists" in [problem.file for problem in coverage.problems]


def test_code_that_is_imported_and_not_tested_is_named(tmp_path: Path) -> None:
    root = generate("todo", tmp_path / "project")
    without_tests(root)
    written(root, {"services/lists/tests/test_import.py": IMPORTING})

    tests, coverage = run_tests(subject_of(root, tmp_path / "out"))

    assert (tests.verdict, coverage.verdict) == ("passed", "failed")
    assert coverage.evidence["percent"] < 90
    assert any(problem.file.endswith("handlers/add_task.py") for problem in coverage.problems)


def test_a_file_that_can_not_be_imported_is_a_failed_test(tmp_path: Path) -> None:
    root = generate("todo", tmp_path / "project")
    without_tests(root)
    written(root, {"services/lists/tests/test_broken.py": "import nothing_of_this_name\n"})

    tests, _coverage = run_tests(subject_of(root, tmp_path / "out"))

    assert any(
        problem.file == "services/lists/tests/test_broken.py" and "nothing_of_this_name" in problem.message
        for problem in tests.problems
    )
