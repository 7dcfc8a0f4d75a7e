"""The catalog: each template passes the check over all its answers, and Copier renders it to the same bytes."""

from pathlib import Path

import pytest
from catalog_projects import NAMES, OTHER_ANSWERS, PLACE, Answers, template_of, tree_of
from copier_oracle import assert_same_as_copier

from skafu.catalog import SYSTEM, template_folder
from skafu.scaffold.checking import check_template
from skafu.workspace.folders import read_folder

PINS = ("==", "@")


@pytest.mark.parametrize("name", NAMES)
def test_the_check_has_nothing_to_say_over_all_answers(name: str) -> None:
    report = check_template(read_folder(template_folder(name)), place=PLACE)
    assert [one for one in report.findings if one.severity != "hint"] == []
    (coverage,) = report.coverages
    assert coverage.complete
    assert coverage.possible <= coverage.limit


@pytest.mark.parametrize("answers", [{}, None], ids=["defaults", "others"])
@pytest.mark.parametrize("name", NAMES)
def test_same_as_copier(name: str, answers: Answers | None, tmp_path: Path) -> None:
    given = OTHER_ANSWERS[name] if answers is None else answers
    assert assert_same_as_copier(template_folder(name), given, tmp_path)


def test_the_other_answers_change_files() -> None:
    for name in NAMES:
        assert set(tree_of(name, {}).items()) != set(tree_of(name, OTHER_ANSWERS[name]).items())
        known = {question.name for question in getattr(template_of(name), "questions", ())}
        assert set(OTHER_ANSWERS[name]) <= known, name


def _pins(text: str) -> set[str]:
    words = text.replace('"', " ").replace(",", " ").split()
    return {word for word in words if any(pin in word for pin in PINS) and word[0].isalpha()}


def test_every_tool_and_action_is_pinned_as_in_the_system_template() -> None:
    folder = template_folder(SYSTEM) / "template"
    wanted = (folder / "pyproject.toml.jinja").read_text() + (
        folder / ".github/workflows/deliver.yaml.jinja"
    ).read_text()
    known = _pins(wanted) | _pins((folder / "shared/src/requirements.txt.jinja").read_text())
    for name in set(NAMES) - {"template", "python-service"}:
        tree = tree_of(name, {})
        found = [path for path in tree if path.endswith((".toml", "requirements.txt")) or "workflows/" in path]
        pins = {pin for path in found if not path.endswith(".asl.json") for pin in _pins(tree[path].content.decode())}
        stubs = {pin for pin in pins if pin.startswith("boto3-stubs[")}
        assert pins, name
        assert pins - stubs <= known, name


def test_files_that_several_templates_share_are_the_same_in_all() -> None:
    for path in ("template/samconfig.toml.jinja", "template/.gitignore", "template/src/requirements.txt"):
        texts = {
            (template_folder(name) / path).read_bytes()
            for name in ("event-consumer", "http-api", "scheduled-job", "static-site", "step-functions-workflow")
            if (template_folder(name) / path).is_file()
        }
        assert len(texts) <= 1, path
