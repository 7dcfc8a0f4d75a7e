"""Commands that a template wants to run: shown to people, never run by the engine."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from skafu.scaffold.values import Loose

if TYPE_CHECKING:
    from packaging.version import Version

ONLY_AFTER: tuple[str, ...] = ("after",)
"""In place of a condition: a migration that runs after the update."""


class Command(NamedTuple):
    """One task, migration or hook, its texts still templated.

    Attributes:
        kind: `task`, `migration`, or the name of a hook.
        text: what a shell runs; empty when `words` are given.
        words: the words of a command that runs without a shell.
        when: whether it runs; may be templated.
        folder: where it runs, relative to the project; may be templated.
        version: of a migration, the version of the template that it belongs to.
        script: of a hook, what it runs, filled in.
        stage: of a migration, `before` or `after` the update; empty when its condition decides.
        environment: of a migration, names and values that it sees: the versions that it leads from and to.
    """

    kind: str
    text: str = ""
    words: tuple[str, ...] = ()
    when: Loose = True
    folder: str = "."
    version: str = ""
    script: str = ""
    stage: str = ""
    environment: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """The command as a person would type it."""
        return self.text or " ".join(self.words)

    def is_between(self, before: str, after: str) -> bool:
        """Tell whether a migration belongs to an update; versions that can't be compared leave it in.

        Args:
            before: the version of the template that the project is made from.
            after: the version that it is to be made from.
        """
        first, last, own = _version(before), _version(after), _version(self.version)
        if not self.version or first is None or last is None or own is None:
            return True
        return first < own <= last


def plain_version(text: str) -> str:
    """Write the version that a tag stands for as PEP 440 does; the tag itself when it stands for none."""
    return str(_version(text) or text)


def _version(text: str) -> "Version | None":
    from packaging.version import InvalidVersion, Version

    try:
        return Version(text)
    except InvalidVersion:
        return None


def commands(tasks: Loose, migrations: Loose) -> tuple[Command, ...]:
    """Read `_tasks` and `_migrations`.

    Raises:
        ValueError: they are written wrong.
    """
    _require(isinstance(tasks, list) and isinstance(migrations, list), "'_tasks' and '_migrations' must be lists")
    return (
        *(_command("task", task, "true") for task in tasks),
        *(one for item in migrations for one in _migration(item)),
    )


def _require(holds: object, problem: str) -> None:
    if not holds:
        raise ValueError(problem)


def _migration(written: Loose) -> Iterator[Command]:
    if isinstance(written, dict) and ({"before", "after"} & written.keys()):
        for stage in ("before", "after"):
            for command in written.get(stage, []):
                details = {"command": command, "version": written.get("version", "")}
                yield _command("migration", details, "true")._replace(stage=stage)
    else:
        yield _command("migration", written, ONLY_AFTER)


def _command(kind: str, written: Loose, when: Loose) -> Command:
    details = written if isinstance(written, dict) else {"command": written}
    command = details.get("command")
    _require(isinstance(command, str | list), f"the 'command' of a {kind} is a text or a list")
    return Command(
        kind,
        command if isinstance(command, str) else "",
        () if isinstance(command, str) else tuple(str(word) for word in command or ()),
        details.get("when", when),
        str(details.get("working_directory", ".")),
        str(details.get("version", "")),
    )
