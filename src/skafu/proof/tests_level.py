"""The level `tests`: the project's own tests, with their coverage, without a network."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from skafu.proof.checks import CheckResult, Problem
from skafu.proof.sandbox import Completed
from skafu.proof.static.project_code import version_in
from skafu.proof.subject import Subject, Timed
from skafu.proof.tool_answers import last_words

TESTS, COVERAGE = "tests.pytest", "tests.coverage"
COVERED_AT_LEAST = 90.0

_PLUGIN = Path(__file__).parent / "tools" / "pytest_plugin"
_PACKAGE = re.compile(r"^(?:[^/]+/)*src/[^/]+/(?=[^/]+\.py$)")
_SECONDS = 600.0
_NAMED_AT_MOST = 20


def run_tests(subject: Subject) -> list[CheckResult]:
    """Run all tests of the project once, and give both what they say and what they cover."""
    python = subject.toolbox.project_environment(subject.root)
    tests = Timed(TESTS, "tests", f"pytest {version_in(python, 'pytest')}")
    coverage = Timed(COVERAGE, "tests", f"coverage {version_in(python, 'coverage')}")
    outcomes, measured = subject.out / "outcomes.jsonl", subject.out / "coverage.json"
    options = [
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "outcomes",
        "--cov",
        f"--cov-report=json:{measured}",
        "--cov-report=",
    ]
    environment = {
        "OUTCOMES_FILE": str(outcomes),
        "PYTHONPATH": str(_PLUGIN),
        "COVERAGE_FILE": str(subject.out / "coverage"),
        "AWS_DEFAULT_REGION": "eu-central-1",
    }
    argv = [str(python), "-m", "pytest", *options]
    done = subject.runs.run(argv, cwd=subject.root, env=environment, timeout=_SECONDS)
    said = [json.loads(line) for line in outcomes.read_text().splitlines()] if outcomes.is_file() else []
    counts = Counter(one["outcome"] for one in said)
    evidence = {"network": "loopback only" if done.network_enforced else "not enforced on this machine", **counts}
    words = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))
    return [
        tests.result(words, _test_problems(said, done), evidence),
        _coverage(coverage, measured, subject.files),
    ]


def _test_problems(said: Sequence[Mapping[str, Any]], done: Completed) -> Iterator[Problem]:
    failed = [one for one in said if one["outcome"] == "failed"]
    for one in failed:
        yield Problem(f"{one['test']}: {one['message']}", one["file"], one["line"])
    if not failed and done.exit_code != 0:
        yield Problem(f"pytest did not end well: {last_words(done)}")
    elif not said:
        yield Problem("the project has no tests")


def _coverage(timed: Timed, measured: Path, files: Iterable[str]) -> CheckResult:
    if not measured.is_file():
        return timed.result("", [Problem("coverage was not measured: the tests did not get that far")])
    report = json.loads(measured.read_text())
    covered: float = report["totals"]["percent_covered"]
    words = (
        f"{covered:.1f} % of lines and branches"
        if report["meta"].get("branch_coverage")
        else f"{covered:.1f} % of lines"
    )
    problems = [*_gaps(report, covered), *_never_imported(report, files)]
    return timed.result(words, problems, {"percent": round(covered, 2), "wanted": COVERED_AT_LEAST})


def _gaps(report: Mapping[str, Any], covered: float) -> Iterator[Problem]:
    if covered >= COVERED_AT_LEAST:
        return
    yield Problem(f"{covered:.1f} % is covered, {COVERED_AT_LEAST:.0f} % is wanted", fix="Test what is listed here.")
    gaps = {file: found["missing_lines"] for file, found in report["files"].items() if found["missing_lines"]}
    for file, lines in sorted(gaps.items(), key=lambda gap: -len(gap[1]))[:_NAMED_AT_MOST]:
        shown = ", ".join(str(line) for line in lines[:10]) + (" ..." if len(lines) > 10 else "")
        yield Problem(f"{len(lines)} lines are not covered: {shown}", file, lines[0])


def _never_imported(report: Mapping[str, Any], files: Iterable[str]) -> Iterator[Problem]:
    """A package that no test imports is not in the report at all, so it would lower nothing."""
    packages = {found[0] for path in files if (found := _PACKAGE.match(path))}
    for package in sorted(packages):
        if not any(measured.startswith(package) for measured in report["files"]):
            yield Problem("no test imports this package", package.rstrip("/"), fix="Test it.")
