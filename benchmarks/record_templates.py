"""Writes the list of public templates anew: sets of answers, and digests of what the real tools make of them.

Run it with `python -m benchmarks.record_templates` after changing the list of repositories below.
"""

import json
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.bench_templates import engine, place_at
from benchmarks.public_templates import LIST, Public, Real, digest_of, files_of, tree_of
from skafu.kernel.errors import SkafuError
from skafu.scaffold import FileTree, Place, Template, fill
from skafu.scaffold.cookiecutter_template import CookiecutterTemplate
from skafu.scaffold.copier_template import CopierTemplate
from skafu.scaffold.questions import MISSING

_COPIER = [
    ("jlevy/simple-modern-uv", "019733b9f0806afee542af9076ccf891e3fc5293"),
    ("browniebroke/pypackage-template", "f361dcc5b176588cf93d1ec18a291a32eca55d89"),
    ("serious-scaffold/ss-python", "e855a4b70c935779aa59fbb6366a78742fc3e579"),
    ("lincc-frameworks/python-project-template", "074de3af351515d5006ac086273a9f1112498033"),
    ("scientific-python/cookie", "a930c462a56e16decd5ddde8cb37e2c57b3f5ae5"),
]
_COOKIECUTTER = [
    ("scientific-python/cookie", "a930c462a56e16decd5ddde8cb37e2c57b3f5ae5"),
    ("audreyfeldroy/cookiecutter-pypackage", "ced42cf27e20987ad5e1a315a26e89a94002ba74"),
    ("cookiecutter/cookiecutter-django", "2d3b8809f288187b3014163a3310766b5f962cf9"),
    ("aws-samples/cookiecutter-aws-sam-python", "c5f34f2798918071ccf974f2709ddb36ee046ebc"),
]
_AWS = ("aws/aws-sam-cli-app-templates", "c7285973a74a5b4d8008f30a8781ee69af8c949d")
_MOST_SETS = 24
_SAMPLES = {
    "full_name": "Ada Lovelace",
    "email": "ada@example.com",
    "github_username": "ada",
    "project_name": "Difference Engine",
    "project_short_description": "Counts, and then some: äöü.",
    "open_source_license": "MIT",
    "org": "engines",
    "license": "BSD",
    "backend": "hatch",
    "docs": "sphinx",
    "vcs": True,
}


def main() -> None:
    """Record all."""
    bare = [Public(name, commit, "copier", "", (), ()) for name, commit in _COPIER]
    bare += [Public(name, commit, "cookiecutter", "", (), ()) for name, commit in _COOKIECUTTER]
    whole = Public(*_AWS, "cookiecutter", "", (), ())
    ((_, files),) = files_of([whole])
    manifests = sorted(path for path in files if path.startswith("python3") and path.endswith("/cookiecutter.json"))
    bare += [Public(*_AWS, "cookiecutter", path.rsplit("/", 1)[0], (), ()) for path in manifests]
    recorded = datetime.now(UTC)
    written = [_recorded(template, files, recorded) for template, files in files_of(bare)]
    text = json.dumps({"recorded": recorded.date().isoformat(), "templates": written}, indent=1, ensure_ascii=False)
    LIST.write_text(text + "\n")


def _recorded(template: Public, files: FileTree, now: datetime) -> dict[str, Any]:
    compiled = engine(template, files)
    sets = list(_sets(compiled))[: 2 if template.directory else _MOST_SETS]
    digests = []
    with tempfile.TemporaryDirectory() as home:
        real = Real(template, files, Path(home))
        for answers in sets:
            try:
                digests.append(
                    digest_of(
                        tree_of(real.render(answers, hooks=_follows(compiled, answers, place_at(Path(home), now))))
                    )
                )
            except Exception as error:  # noqa: BLE001 - a refusal is recorded too
                digests.append(f"refused: {type(error).__name__}")
    print(template.name, len(sets))
    return {**template.__dict__, "answers": sets, "digests": digests}


def _follows(compiled: Template, answers: dict[str, Any], place: Place) -> bool:
    """Whether the engine follows all hooks."""
    try:
        return not fill(compiled, answers, place=place).commands
    except SkafuError:
        return False


def _sets(template: Template) -> Iterator[dict[str, Any]]:
    """The defaults, then one set for each other choice of each question, then all of the last choices at once."""
    options = dict(_options(template))
    needed = {name: value for name, value in _SAMPLES.items() if name in _needed(template)}
    yield needed
    for name, values in options.items():
        for value in values:
            yield {**needed, name: value}
    if isinstance(template, CookiecutterTemplate) and isinstance(template.manifest.variables.get("project_name"), str):
        yield {**needed, "project_name": "My other Project"}
    yield {**needed, **{name: values[-1] for name, values in options.items()}}


def _needed(template: Template) -> set[str]:
    if isinstance(template, CopierTemplate):
        return {question.name for question in template.questions if question.default is MISSING}
    return {"full_name", "email"} & set(template.manifest.variables)


def _options(template: Template) -> Iterator[tuple[str, list[Any]]]:
    if isinstance(template, CopierTemplate):
        for question in template.questions:
            choices = question.choices.values() if isinstance(question.choices, dict) else question.choices
            if question.type == "bool":
                yield question.name, [str(question.default).lower() not in {"true", "yes"}]
            elif choices and not isinstance(choices, str):
                plain = [one["value"] if isinstance(one, dict) else one for one in choices]
                yield question.name, [[one] for one in plain] if question.multiselect else plain
        return
    for name, value in template.manifest.variables.items():
        if not name.startswith("_") and isinstance(value, list) and len(value) > 1:
            yield name, value[1:]
        elif isinstance(value, bool) or value in ("y", "n"):
            yield name, [not value if isinstance(value, bool) else "n" if value == "y" else "y"]


if __name__ == "__main__":
    main()
