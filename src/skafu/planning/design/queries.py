"""What people can look at: what the text says they see, and a list of everything that they act on."""

from skafu.planning.design.naming import pascal, plural_words
from skafu.planning.design.sheets import AggregateSheet, QuerySheet, SystemSheet
from skafu.planning.lexicon import nouns
from skafu.planning.meaning.acting import owns_what_it_starts
from skafu.planning.meaning.story import Source, Story, Wish


def add_queries(story: Story, system: SystemSheet, staff: str) -> None:
    """Add the queries of a system."""
    for wish in story.wishes:
        sheet = system.aggregate(wish.thing)
        if sheet is not None:
            _wish(system, sheet, wish, staff)
    for sheet in system.aggregates:
        _defaults(system, sheet, staff)
    for query in system.queries:
        for role in query.roles:
            system.roles.setdefault(role, query.source)


def _wish(system: SystemSheet, sheet: AggregateSheet, wish: Wish, staff: str) -> None:
    source = Source(wish.source.words, "somebody wants to see it")
    roles = list(dict.fromkeys(wish.roles)) or [staff]
    owner = sheet.owner and all(owns_what_it_starts(role) for role in roles) and wish.own
    if owner and _begins(sheet, roles):
        _own(system, sheet, roles, source)
        return
    words = (
        plural_words(wish.words or wish.thing)
        if sheet.thing.split()[-1] not in nouns.REPORTS
        else wish.words or wish.thing
    )
    name = pascal(words)
    same = next(
        (query for query in system.queries if query.aggregate is sheet and query.name == name and not query.by), None
    )
    if same is not None:
        same.roles = list(dict.fromkeys([*same.roles, *roles]))
        return
    system.queries.append(_listing(system, sheet, name, roles, source))


def _begins(sheet: AggregateSheet, roles: list[str]) -> bool:
    return sheet.creating is not None and set(roles) <= set(sheet.creating.roles)


def _own(system: SystemSheet, sheet: AggregateSheet, roles: list[str], source: Source) -> None:
    if any(query.aggregate is sheet and query.by == ["caller.id"] for query in system.queries):
        return
    name = system.free(pascal(f"my {plural_words(sheet.thing)}"))
    system.queries.append(QuerySheet(name, sheet, source, roles, ["caller.id"]))


def _listing(system: SystemSheet, sheet: AggregateSheet, name: str, roles: list[str], source: Source) -> QuerySheet:
    free = system.free(name, pascal(f"all {plural_words(sheet.thing)}"))
    return QuerySheet(free, sheet, source, roles, filter=["status"] if sheet.states else [])


def _defaults(system: SystemSheet, sheet: AggregateSheet, staff: str) -> None:
    """Whoever acts on things finds them: owners their own, staff all."""
    source = Source(sheet.source.words, "who acts on a thing finds it")
    acting = list(dict.fromkeys(role for command in sheet.commands for role in command.roles))
    owners = [role for role in acting if sheet.owner and sheet.creating is not None and role in sheet.creating.roles]
    others = [role for role in acting if role not in owners]
    listed = [query for query in system.queries if query.aggregate is sheet and not query.internal and not query.by]
    if owners and sheet.store != "log" and not any(set(owners) & set(query.roles) for query in listed):
        _own(system, sheet, owners, source)
    seen = {role for query in system.queries if query.aggregate is sheet and not query.internal for role in query.roles}
    missing = [role for role in others if role not in seen]
    if missing and listed:
        listed[0].roles = list(dict.fromkeys([*listed[0].roles, *missing]))
    elif missing or (not acting and not listed and not seen):
        system.queries.append(_listing(system, sheet, pascal(plural_words(sheet.thing)), missing or [staff], source))
