"""Projects of the catalog pass what the proof asks of code, stacks and workflows, and their own tests.

All of them stand in one folder, so that each tool starts once.
"""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from catalog_projects import OTHER_ANSWERS, Answers, write_project
from generated_projects import generate
from proof_subjects import subject_of, written

from skafu.proof.checks import CheckResult
from skafu.proof.static import permissions, project_code, secret_scan, security, stacks, workflows
from skafu.proof.static.stack_sources import STACK_ENDINGS, read_sources
from skafu.proof.tests_level import COVERAGE, run_tests

ON_AWS = ("event-consumer", "http-api", "scheduled-job", "static-site", "step-functions-workflow")
CODE = (*ON_AWS, "library")
SERVICES: tuple[Answers, ...] = ({"system": "todo", "role": "member"}, OTHER_ANSWERS["python-service"])
WITHOUT_ACCESS_LOG = "CKV_AWS_18: Files: Ensure the S3 bucket has access logging enabled"
"""The only reader of the site's bucket is CloudFront; a second bucket for a log of that is nobody's wish by default."""


def problems_of(results: list[CheckResult]) -> list[str]:
    return [f"{one.name}: {problem.file}: {problem.message}" for one in results for problem in one.problems]


def folder_of(name: str) -> str:
    """A folder that mypy takes for a package, so that all tests can have the same names."""
    return name.replace("-", "_")


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of each template, two services in a generated system, and the locked tools of that system."""
    root = tmp_path_factory.mktemp("catalog")
    system = generate("todo", root / "todo")
    for name in CODE:
        project = write_project(name, {}, root / folder_of(name))
        shutil.copy(system / "uv.lock", project / "uv.lock")
    for answers in SERVICES:
        name = str(answers.get("name", "notices"))
        service = write_project("python-service", answers, root / "services" / name)
        shutil.move(service / "services" / name, system / "services" / name)
    return root


def code_paths(root: Path) -> tuple[list[str], list[str]]:
    """Where packages are found, and what is checked, of all projects."""
    services = [path.parent for path in root.glob("todo/services/*/README.md")]
    own = [root / folder_of(name) / "src" for name in CODE if name != "static-site"]
    found = [*own, *(service / "src" for service in services)]
    tests = [root / folder_of(name) / "tests" for name in CODE]
    paths = [*found, root / "todo/shared/src", root / "todo/tests/support"]
    checked = [*found, *tests, *(service / "tests" for service in services)]
    return [str(path.relative_to(root)) for path in paths], [str(path.relative_to(root)) for path in checked]


def test_all_code_is_laid_out_linted_and_typed(everything: Path, tmp_path: Path) -> None:
    paths, checked = code_paths(everything)
    settings = ["strict = true", 'python_version = "3.11"', f"mypy_path = {paths}", f"files = {checked}"]
    settings += ["explicit_package_bases = true", "namespace_packages = true"]
    settings += ['untyped_calls_exclude = ["aws_lambda_powertools"]', "[[tool.mypy.overrides]]"]
    settings += ['module = ["moto.*"]', "ignore_missing_imports = true"]
    written(everything, {"pyproject.toml": "[tool.mypy]\n" + "\n".join(settings) + "\n"})
    shutil.copy(everything / "todo" / "uv.lock", everything / "uv.lock")
    for name in CODE:
        write_project(name, OTHER_ANSWERS[name], everything / f"other_{folder_of(name)}")
    subject = subject_of(everything, tmp_path / "out")
    code = [*project_code.check_ruff(subject), *project_code.check_mypy(subject)]
    # The system itself does not know yet which packages are its own; its stranger is sorted apart.
    assert [one for one in problems_of(code) if "todo/" not in one or "I001" not in one] == []


def test_stacks_pass_the_checks_of_the_proof(everything: Path, tmp_path: Path) -> None:
    root = tmp_path / "stacks"
    for name in ON_AWS:
        shutil.copytree(everything / folder_of(name), root / name)
    for path in everything.glob("todo/services/*/README.md"):
        shutil.copytree(path.parent, root / path.parent.name)
    for name in ("http-api", "static-site"):
        write_project(name, OTHER_ANSWERS[name], root / f"other-{name}")
    subject = subject_of(root, tmp_path / "out")
    sources, unreadable = read_sources(root, subject.matching(*STACK_ENDINGS))
    results, translated = stacks.check_stacks(subject, sources, unreadable, "eu-west-1")
    results += [*permissions.check_permissions(translated), *security.check_security(subject, translated)]
    results += [*secret_scan.check_secrets(subject)]
    assert len(sources) == 2 * len(ON_AWS) + len(SERVICES) + 2
    assert [one for one in problems_of(results) if WITHOUT_ACCESS_LOG not in one] == []


def test_workflows_pass_the_checks_of_the_proof(everything: Path, tmp_path: Path) -> None:
    for name in ("http-api", "static-site", "library"):
        subject = subject_of(everything / folder_of(name), tmp_path / name)
        assert problems_of(workflows.check_workflows(subject)) == []


def test_the_tests_of_all_projects_pass_and_cover_their_code(everything: Path, tmp_path: Path) -> None:
    def tested(name: str) -> list[str]:
        results = run_tests(subject_of(everything / folder_of(name), tmp_path / name))
        # A site has no code whose coverage could be measured.
        return problems_of([one for one in results if one.name != COVERAGE or name != "static-site"])

    with ThreadPoolExecutor(max_workers=2) as pool:
        assert dict(zip(CODE, pool.map(tested, CODE), strict=True)) == {name: [] for name in CODE}


def test_services_pass_their_tests_within_the_system(everything: Path, tmp_path: Path) -> None:
    system = tmp_path / "todo"
    shutil.copytree(everything / "todo", system)
    own = [str(answers.get("name", "notices")) for answers in SERVICES]
    text = (system / "pyproject.toml").read_text()
    tests = ["tests/test_stacks.py", *(f"services/{name}" for name in own)]
    for old, new in (
        ('"services/lists/src"', ", ".join(f'"services/{name}/src"' for name in ("lists", *own))),
        ('testpaths = ["tests", "services"]', f"testpaths = {tests}"),
    ):
        assert old in text
        text = text.replace(old, new)
    (system / "pyproject.toml").write_text(text)
    results = [one for one in run_tests(subject_of(system, tmp_path / "out")) if one.name != COVERAGE]
    assert problems_of(results) == []
