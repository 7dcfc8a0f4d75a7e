"""From the findings of a blueprint to changes that mend them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from skafu.blueprint.changes.advice import Advice
from skafu.blueprint.changes.change import Changes
from skafu.blueprint.changes.fixing.access import ACCESS_PROPOSERS, MEANING_WITHOUT
from skafu.blueprint.changes.fixing.lives import LIFE_PROPOSERS
from skafu.blueprint.changes.fixing.names import NAME_PROPOSERS
from skafu.blueprint.changes.fixing.sight import Proposer, Sight
from skafu.blueprint.changes.fixing.syntax import SYNTAX_PROPOSERS, SYNTAX_WITHOUT
from skafu.blueprint.changes.fixing.values import VALUE_PROPOSERS
from skafu.blueprint.changes.on_text import change_values
from skafu.blueprint.changes.places import NoSuchPlace, UnusableChange
from skafu.blueprint.codes import MEANING, SYNTAX
from skafu.blueprint.findings import BlueprintInvalid, Finding
from skafu.blueprint.reading import from_values, read
from skafu.blueprint.resolution import check
from skafu.blueprint.yaml_source import decode, parse

PROPOSERS: Mapping[str, Proposer] = {
    **SYNTAX_PROPOSERS,
    **NAME_PROPOSERS,
    **VALUE_PROPOSERS,
    **LIFE_PROPOSERS,
    **ACCESS_PROPOSERS,
}
"""Who knows changes for a code."""

WITHOUT_CHANGE: Mapping[str, str] = {**SYNTAX_WITHOUT, **MEANING_WITHOUT}
"""Codes for which only a person knows what to do, and why."""

MOST_TRIES: Final = 8
"""How many changes are tried for one finding."""

MOST_ADVISED: Final = 100
"""For how many findings of one blueprint changes are looked for; so many at once mean something else than slips."""


def advise(text: str | bytes, *, file: str = "skafu.yaml") -> tuple[Advice, ...]:
    """Check a blueprint, and look for a change for each finding.

    Args:
        text: of the blueprint, right or wrong.
        file: the name that findings carry.

    Returns:
        One for each finding of `read` or else of `check`, in the order of the file.
    """
    try:
        document = read(text, file=file)
    except BlueprintInvalid as error:
        values = _values(text, file)
        return tuple(advice_for(values, one, error.findings) for one in error.findings)
    findings = check(document)
    values = document.source.values
    return tuple(advice_for(values if at < MOST_ADVISED else None, one, findings) for at, one in enumerate(findings))


def advice_for(values: Any, finding: Finding, findings: tuple[Finding, ...]) -> Advice:  # noqa: ANN401
    """Look for a change for one finding.

    Args:
        values: the plain values of the blueprint; nothing when they can't be read.
        finding: what is to be mended.
        findings: all findings of the blueprint.
    """
    reason = {**SYNTAX, **MEANING}.get(finding.code, "")
    without = WITHOUT_CHANGE.get(finding.code, "")
    if without or values is None:
        return Advice(finding, reason, None, without or "there are too many findings to look for a change for each")
    before = Counter(one.code for one in findings)
    for changes in islice(_proposed(values, finding), MOST_TRIES):
        if _mends(values, changes, finding, before):
            return Advice(finding, reason, changes)
    return Advice(finding, reason, None, "no change is known that mends it here and spoils nothing else")


def _proposed(values: Any, finding: Finding) -> Iterator[Changes]:  # noqa: ANN401
    proposer = PROPOSERS.get(finding.code)
    if proposer is not None and finding.location:
        yield from proposer(Sight(values, finding))


def _mends(values: Any, changes: Changes, finding: Finding, before: Counter[str]) -> bool:  # noqa: ANN401
    """Whether the finding is gone after the changes, and no other has come."""
    try:
        after = _codes(change_values(values, changes))
    except (NoSuchPlace, UnusableChange):
        return False
    if finding.code in SYNTAX and not any(code in SYNTAX for code in after):
        return True
    return after[finding.code] < before[finding.code] and all(after[code] <= before[code] for code in after)


def _codes(values: Any) -> Counter[str]:  # noqa: ANN401
    try:
        return Counter(one.code for one in check(from_values(values)))
    except BlueprintInvalid as error:
        return Counter(one.code for one in error.findings)


def _values(text: str | bytes, file: str) -> Any:  # noqa: ANN401
    """The plain values of a text that is no blueprint; nothing when it is not even YAML."""
    try:
        values = parse(decode(text, file=file), file=file).values
    except BlueprintInvalid:
        return None
    return values if isinstance(values, dict) else None
