"""Cuts a system into bounded contexts: small systems stay whole, larger ones are cut by what they are about."""

from skafu.planning.design.naming import kebab, plural_words
from skafu.planning.design.sheets import AggregateSheet, PolicySheet, SystemSheet, TimerSheet
from skafu.planning.lexicon import words

SMALL = 3
_TAKEN = frozenset({"shared", "tests", "docs"})
"""Folders of every project, which no service is called by."""
MOST = 4
TOPICS = {
    "payments": words("payment fare fine fee refund bill tip payout"),
    "billing": words("invoice statement subscription"),
    "feedback": words("rating review feedback comment complaint"),
    "monitoring": words("reading alarm alert sensor device meter gateway"),
    "shipping": words("shipment delivery parcel courier"),
    "reporting": words("report overview summary digest dashboard"),
    "members": words("member customer patient employee user profile"),
    "documents": words("document certificate contract file"),
}
"""Name of a service -> the things that it is about; the core is about the rest."""


def cut(system: SystemSheet) -> list[str]:
    """Give each aggregate its service.

    Returns:
        The services in order, the core first.
    """
    core = _core_name(system)
    topics: dict[str, list[AggregateSheet]] = {}
    if len(system.aggregates) > SMALL:
        for sheet in system.aggregates:
            topic = _topic(sheet)
            if topic:
                topics.setdefault(topic, []).append(sheet)
    bound = _bound(system)
    chosen = [
        topic for topic, sheets in topics.items() if len(sheets) < len(system.aggregates) and not _tied(sheets, bound)
    ]
    chosen = sorted(chosen, key=lambda topic: -len(topics[topic]))[: MOST - 1]
    for sheet in system.aggregates:
        sheet.service = next((topic for topic in chosen if sheet in topics[topic]), core)
    if not any(sheet.service == core for sheet in system.aggregates):
        for sheet in system.aggregates:
            sheet.service = core
    return list(dict.fromkeys([core, *(sheet.service for sheet in system.aggregates)]))


def _core_name(system: SystemSheet) -> str:
    main = [sheet for sheet in system.aggregates if not _topic(sheet)] if len(system.aggregates) > SMALL else []
    main = main or system.aggregates
    first = max(main, key=lambda sheet: len(sheet.commands))
    name = kebab(plural_words(first.thing))
    return f"{name}-core" if name in TOPICS or name in _TAKEN else name


def _topic(sheet: AggregateSheet) -> str:
    head = sheet.thing.split()[-1]
    return next((topic for topic, things in TOPICS.items() if head in things), "")


def _bound(system: SystemSheet) -> list[tuple[AggregateSheet, AggregateSheet]]:
    """Give the pairs that must stay together: rules look into the other, or reactions go over its rows."""
    pairs = []
    for sheet in system.aggregates:
        for command in sheet.commands:
            for text in command.reads.values():
                other = next(each for each in system.aggregates if each.name == text.partition("(")[0])
                pairs.append((sheet, other))
    over_rows: list[PolicySheet | TimerSheet] = [*system.policies, *system.timers]
    pairs += [(each.for_each.aggregate, each.then.aggregate) for each in over_rows if each.for_each is not None]
    answers = [(call.ok, call.failed) for call in system.calls]
    pairs += [(ok.aggregate, failed.aggregate) for ok, failed in answers if ok is not None and failed is not None]
    for value_type in system.value_types:
        pairs += [(value_type.owner, sheet) for sheet in system.aggregates if _uses(sheet, value_type.name)]
    return pairs


def _uses(sheet: AggregateSheet, name: str) -> bool:
    return any(
        entry.type.split()[-1] == name
        for command in sheet.commands
        for entry in (*command.fields.values(), *command.event.fields.values())
    )


def _tied(sheets: list[AggregateSheet], bound: list[tuple[AggregateSheet, AggregateSheet]]) -> bool:
    return any((one in sheets) != (other in sheets) for one, other in bound)
