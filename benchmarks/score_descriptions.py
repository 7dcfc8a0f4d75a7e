"""Scores the rules planner on descriptions with keys: what of each key is found, and what is found besides.

    python benchmarks/score_descriptions.py [-v] [FILE.yaml ...]

Names are compared as sets of normalised words: lower case, no articles and prepositions, singular, one spelling. A key
is found when a name has all its words and at most one more. "a|b" are alternatives, "(x)" counts neither as missing nor
as wrong. Entities are looked for among aggregates, value types and roles. Precision of commands is strict: every
command that no key names is wrong, also those that have to be there (how a thing begins, what records an answer);
`useful` forgives these: commands that begin an expected entity or whose event is expected.
"""

import re
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from skafu.blueprint.model import Blueprint, Command
from skafu.planning import plan

HERE = Path(__file__).parent
FILES = (HERE / "descriptions.yaml", HERE / "descriptions_own.yaml")
KINDS = ("entities", "commands", "events", "policies", "queries", "schedules", "integrations")
_LITTLE = frozenset(
    ("a", "an", "the", "to", "from", "of", "for", "in", "on", "at", "by", "with", "into", "and", "or", "its", "their")
)
_SAME = {
    "canceled": "cancelled",
    "waitlist": "waiting list",
    "mail": "email",
    "enrol": "enroll",
    "session": "",
    "planned": "",
}
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def normalised(text: str) -> frozenset[str]:
    """Give the words of a name or a key that count."""
    found = [
        part.lower()
        for part in _PARTS.findall(text.replace("-", "").replace("no show", "noshow").replace("NoShow", "Noshow"))
    ]
    words = " ".join(_SAME.get(word, word) for word in found).split()
    return frozenset(_plain(word) for word in words if word not in _LITTLE)


def _plain(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3 else word


@dataclass(frozen=True)
class Key:
    """One line of a key: its alternatives, and whether it may be left out."""

    text: str

    @property
    def optional(self) -> bool:
        return self.text.startswith("(") and self.text.endswith(")")

    @property
    def alternatives(self) -> list[frozenset[str]]:
        return [normalised(each) for each in self.text.strip("()").split("|")]

    def matches(self, name: str) -> bool:
        words = normalised(name)
        if name.lower() in self.text.lower().split("|"):
            return True
        return any(key and key <= words and len(words) <= len(key) + 1 for key in self.alternatives)


@dataclass
class Score:
    """What of one description was found."""

    name: str
    milliseconds: float
    recall: dict[str, float | None] = field(default_factory=dict)
    precision: float = 1.0
    useful: float = 1.0
    missed: dict[str, list[str]] = field(default_factory=dict)
    spurious: list[str] = field(default_factory=list)


def score(case: Mapping[str, Any]) -> Score:
    """Plan one description and hold it against its key."""
    started = time.perf_counter()
    blueprint = plan(case["text"]).blueprint
    result = Score(case["id"], (time.perf_counter() - started) * 1000)
    found = names_of(blueprint)
    for kind in KINDS:
        keys = [Key(text) for text in case.get(kind, ())]
        _recall(result, kind, keys, found[kind])
    _precision(result, case, blueprint)
    return result


def _recall(result: Score, kind: str, keys: list[Key], names: list[str]) -> None:
    needed = [key for key in keys if not key.optional]
    hit = [
        key
        for key in needed
        if (_reaction(key, names) if kind in {"policies", "schedules"} else any(map(key.matches, names)))
    ]
    result.recall[kind] = len(hit) / len(needed) if needed else None
    result.missed[kind] = [key.text for key in needed if key not in hit]


def _reaction(key: Key, names: list[str]) -> bool:
    """Whether some reaction speaks of the same: half of the key's words or more, in one alternative."""
    sides = [normalised(side) for side in key.text.replace("|", " ").split("->")]
    return any(all(_overlap(side, normalised(name)) for side in sides) for name in names)


def _overlap(side: frozenset[str], words: frozenset[str]) -> bool:
    stems = {word[:4] for word in words}
    return sum(word[:4] in stems for word in side) * 2 >= len(side)


def names_of(blueprint: Blueprint) -> dict[str, list[str]]:
    """Give the names of a blueprint by the kinds of the keys."""
    services = blueprint.services
    aggregates = [aggregate for service in services for aggregate in service.aggregates]
    value_types = [value.name for service in services for value in service.value_types]
    calls = [f"{call.when} {call.call} {_answer(call.ok)}" for service in services for call in service.calls]
    policies = [f"{policy.when} {policy.then}" for service in services for policy in service.policies]
    timers = [
        " ".join(filter(None, (timer.when, timer.after, timer.at, timer.every, _often(timer.every or ""), timer.then)))
        for service in services
        for timer in service.timers
    ]
    timers = [timer.replace("_", " ") for timer in timers]
    channels = [each.kind for each in blueprint.integrations] + [each.name for each in blueprint.integrations]
    return {
        "entities": [*(aggregate.name for aggregate in aggregates), *value_types, *blueprint.auth.roles],
        "commands": [command.name for aggregate in aggregates for command in aggregate.commands],
        "events": [event.name for aggregate in aggregates for event in aggregate.events],
        "policies": policies + calls,
        "queries": [query.name for service in services for query in service.queries],
        "schedules": timers,
        "integrations": channels + [inbound.kind for each in blueprint.integrations for inbound in each.inbound],
    }  # fmt: skip


def _answer(answer: object) -> str:
    return str(getattr(answer, "then", answer or ""))


def _often(every: str) -> str:
    return (
        "monthly month"
        if every.startswith("month")
        else "daily day"
        if every.startswith("day")
        else "weekly week"
        if " at " in every
        else ""
    )


def _precision(result: Score, case: Mapping[str, Any], blueprint: Blueprint) -> None:
    keys = [Key(text) for text in case["commands"]]
    events = [Key(text) for text in case["events"]]
    entities = [Key(text) for text in case["entities"]]
    commands = [
        (aggregate.name, command)
        for service in blueprint.services
        for aggregate in service.aggregates
        for command in aggregate.commands
    ]
    wrong = [(name, command) for name, command in commands if not any(key.matches(command.name) for key in keys)]
    useless = [(name, command) for name, command in wrong if not _is_useful(name, command, entities, events)]
    result.precision = 1 - len(wrong) / len(commands)
    result.useful = 1 - len(useless) / len(commands)
    result.spurious = [command.name for _, command in wrong]


def _is_useful(aggregate: str, command: Command, entities: list[Key], events: list[Key]) -> bool:
    if any(key.matches(event) for event in _events(command) for key in events):
        return True
    return command.creates and any(key.matches(aggregate) for key in entities)


def _events(command: Command) -> list[str]:
    return [emit if isinstance(emit, str) else emit.event for emit in command.emits]


def means(scores: Iterable[Score]) -> dict[str, float]:
    """Give the mean of each column over the descriptions that have such keys."""
    rows = list(scores)
    columns: dict[str, list[float]] = {
        kind: [value for row in rows if (value := row.recall[kind]) is not None] for kind in KINDS
    }
    columns["precision"] = [row.precision for row in rows]
    columns["useful"] = [row.useful for row in rows]
    return {name: sum(values) / len(values) if values else 0.0 for name, values in columns.items()}


def load(path: Path) -> list[dict[str, Any]]:
    """Read descriptions with their keys."""
    cases: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return cases


def table(scores: list[Score]) -> str:
    """Write the scores as a table, means last."""
    columns = (*KINDS, "precision", "useful")
    lines = [f"{'':22}" + "".join(f"{name[:10]:>11}" for name in columns) + f"{'ms':>7}"]
    for row in scores:
        cells = [*(row.recall[kind] for kind in KINDS), row.precision, row.useful]
        lines.append(
            f"{row.name:22}"
            + "".join(f"{'-' if cell is None else f'{cell:.2f}':>11}" for cell in cells)
            + f"{row.milliseconds:7.1f}"
        )
    mean = means(scores)
    lines.append(f"{'mean':22}" + "".join(f"{mean[name]:11.2f}" for name in columns))
    return "\n".join(lines)


def groups(path: Path) -> list[tuple[str, list[dict[str, Any]]]]:
    """Give the descriptions of a file, those that the rules were tuned on apart from those that were held back."""
    cases = load(path)
    if not any("tuned" in case for case in cases):
        return [(path.name, cases)]
    tuned = [case for case in cases if case.get("tuned")]
    return [
        (f"{path.name}, tuned on", tuned),
        (f"{path.name}, held back", [case for case in cases if not case.get("tuned")]),
    ]


def main(arguments: list[str]) -> None:
    """Print the tables of some files; with -v, also what was missed."""
    for path in [Path(each) for each in arguments if each != "-v"] or FILES:
        for title, cases in groups(path):
            scores = [score(case) for case in cases]
            print(f"\n{title}\n{table(scores)}")
            for row in scores if "-v" in arguments else ():
                missed = {kind: keys for kind, keys in row.missed.items() if keys}
                print(f"{row.name}: missed {missed}; not in the key: {row.spurious}")


if __name__ == "__main__":
    main(sys.argv[1:])
