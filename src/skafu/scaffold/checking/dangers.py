"""Shows what of a template is code that would run, and links that lead out of it."""

import json
import re
from collections.abc import Iterator

from skafu.scaffold.checking.findings import Finding
from skafu.scaffold.checking.trial import Trial
from skafu.scaffold.commands import Command
from skafu.scaffold.cookiecutter_json import FILE
from skafu.scaffold.copier_template import CopierTemplate
from skafu.scaffold.extensions import is_known
from skafu.scaffold.template import Template

_HOOK = re.compile(r"hooks/(?:pre_prompt|pre_gen_project|post_gen_project)\.[^/]+$")
_ONLY_TRUSTED = "say in its README what it does; people run it with --trust only"


def check_extensions(template: Template, wanted: tuple[str, ...]) -> Iterator[Finding]:
    """Name the extensions of jinja2 that are code of the template.

    Args:
        template: the template.
        wanted: the names of the extensions that it asks for.
    """
    file = template.settings.file if isinstance(template, CopierTemplate) else FILE
    text = template.sources.text(file) or ""
    for name in wanted:
        if not is_known(name):
            line = _line_with(name, text)
            what = "Python of this template" if ".py:" in name else "Python that has to be installed"
            message = f"the extension {name!r} is {what}: without --trust the template is refused"
            yield Finding("extension", "warning", message, file, line, "do without it")


def check_commands(template: Template) -> Iterator[Finding]:
    """Name tasks and migrations, each with the line where its setting begins."""
    if not isinstance(template, CopierTemplate):
        return
    text = template.sources.text(template.settings.file) or ""
    for command in template.settings.commands:
        line = _line_of_command(command, text)
        message = f"the {command.kind} {_shortened(command)!r} is a command that is shown, and not run"
        yield Finding(command.kind, "warning", message, template.settings.file, line, _ONLY_TRUSTED)


def _line_of_command(command: Command, text: str) -> int:
    setting = _line_with("_tasks" if command.kind == "task" else "_migrations", text)
    first = (command.text or " ".join(command.words[:1])).strip().split("\n")[0]
    return _line_with(json.dumps(first)[1:-1], text) or _line_with(first, text) or setting


def _shortened(command: Command) -> str:
    first, *others = str(command).strip().split("\n")
    return f"{first} ..." if others else first


def _line_with(words: str, text: str) -> int:
    found = re.search(re.escape(words), text) if words else None
    return text.count("\n", 0, found.start()) + 1 if found else 0


def check_links(template: Template) -> Iterator[Finding]:
    """Name links that lead nowhere, out of the template, or round in a circle."""
    for path, problem in template.sources.dangling.items():
        yield Finding("link", "error", f"this link {problem}", path, fix="remove it, or let it lead to a file in here")


def check_own_git(template: Template) -> Iterator[Finding]:
    """Name files whose path alone says that they go to git's own folder."""
    for path in template.sources.followed:
        parts = path.casefold().split("/")
        below = parts if isinstance(template, CopierTemplate) and template.settings.subdirectory else parts[1:]
        if ".git" in below:
            yield Finding("git", "error", "belongs to git, which runs what stands there", path, fix="remove it")


class Hooks:
    """Notes which hooks of Cookiecutter are followed, and which are not."""

    def __init__(self, template: Template) -> None:
        """Find the hooks.

        Args:
            template: the template.
        """
        files = () if isinstance(template, CopierTemplate) else template.sources.followed
        self._hooks = [path for path in files if _HOOK.match(path) and not path.endswith("~")]
        self._reasons: dict[str, str] = {}
        self._seen = False

    def see(self, trial: Trial) -> None:
        """Look at one rendering."""
        if trial.rendered is not None:
            self._seen = True
            for command in trial.rendered.commands:
                path, _, reason = command.text.partition(" (")
                self._reasons.setdefault(path, reason.removesuffix(")"))

    def findings(self) -> Iterator[Finding]:
        """Say what was seen."""
        for path in self._hooks:
            reason = self._reasons.get(path, "" if self._seen else "nothing could be rendered")
            if reason:
                message = f"is code that is not run without --trust, and can't be followed: {reason}"
                yield Finding("hook", "warning", message, path, fix=_ONLY_TRUSTED)
            else:
                yield Finding("hook", "hint", "is code; it is followed without being run", path)
