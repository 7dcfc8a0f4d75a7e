"""What people can look at: what the text says they see, and a list of everything that they act on."""

import re

from skafu.planning.design.naming import pascal, plain, plural_words, snake
from skafu.planning.design.sheets import AggregateSheet, FieldSheet, QuerySheet, SystemSheet
from skafu.planning.language.phrases import is_person
from skafu.planning.meaning.acting import owns_what_it_starts
from skafu.planning.meaning.story import Question, Source, Story, Wish


def add_queries(story: Story, system: SystemSheet, staff: str) -> None:
    """Add the queries of a system."""
    for wish in story.wishes:
        sheet = system.aggregate(wish.thing)
        if sheet is not None:
            _wish(system, sheet, wish, staff)
            _ask_which(story, system, sheet, wish)
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
    if wish.own and len(roles) == 1 and _belongs(system, sheet, roles[0], source):
        return
    words = plural_words(wish.words or wish.thing)
    name = pascal(words)
    same = next(
        (query for query in system.queries if query.aggregate is sheet and query.name == name and not query.by), None
    )
    if same is not None:
        same.roles = list(dict.fromkeys([*same.roles, *roles]))
        return
    system.queries.append(_listing(system, sheet, name, roles, source))


def _ask_which(story: Story, system: SystemSheet, sheet: AggregateSheet, wish: Wish) -> None:
    """Say that a list of some things ("missing submissions") is a list of all of them for now."""
    adjectives = plain(wish.words).removesuffix(plain(plural_words(wish.thing))).removesuffix(plain(wish.thing)).strip()
    name = pascal(plural_words(wish.words)) if wish.words else ""
    listed = any(query.name == name and query.aggregate is sheet and not query.by for query in system.queries)
    if listed and adjectives and adjectives != plain(wish.words) and adjectives not in sheet.states:
        text = f"Which {plural_words(wish.thing)} are {adjectives}? For now {name} lists them all."
        story.questions.append(Question(text, name))


def _belongs(system: SystemSheet, sheet: AggregateSheet, role: str, source: Source) -> bool:
    """Let a thing that somebody else writes say whose it is: the patient of a note."""
    name, creating = snake(f"{role} id"), sheet.creating
    if creating is None or creating.by_system or sheet.store == "log" or name == sheet.id_name:
        return False
    if name not in creating.fields:
        if name in sheet.fields:
            return False
        for fields in (sheet.fields, creating.fields, *(emit.event.fields for emit in creating.emits)):
            fields[name] = FieldSheet("id")
    query = QuerySheet(
        system.free(pascal(f"my {plural_words(sheet.thing)}")),
        sheet,
        source,
        [role],
        [name],
        f"query.{name} == caller.id",
    )
    system.queries.append(query)
    return True


def _begins(sheet: AggregateSheet, roles: list[str]) -> bool:
    return sheet.creating is not None and set(roles) <= set(sheet.creating.roles)


def _own(system: SystemSheet, sheet: AggregateSheet, roles: list[str], source: Source) -> None:
    if any(query.aggregate is sheet and query.name.startswith("My") for query in system.queries):
        return
    thing = "profile" if is_person(sheet.thing.split()[-1]) else plural_words(sheet.thing)
    query = QuerySheet(system.free(pascal(f"my {thing}")), sheet, source, roles, ["caller.id"])
    if _caller_fields(sheet) != {sheet.owner}:
        query.by, query.allow = [sheet.owner], f"query.{sheet.owner} == caller.id"
    system.queries.append(query)


def _caller_fields(sheet: AggregateSheet) -> set[str]:
    """Give the fields that hold ids of callers."""
    emits = [emit for command in sheet.commands for emit in command.emits]
    given = {name for emit in emits for name, text in emit.given.items() if text == "caller.id"}
    rule = r"(?:state|command)\.(\w+) == caller\.id"
    return given | {name for command in sheet.commands for name in re.findall(rule, command.allow)}


def _listing(system: SystemSheet, sheet: AggregateSheet, name: str, roles: list[str], source: Source) -> QuerySheet:
    free = system.free(name, pascal(f"all {plural_words(sheet.thing)}"))
    return QuerySheet(free, sheet, source, roles, filter=["status"] if sheet.states else [])


def _concerning(system: SystemSheet, sheet: AggregateSheet, role: str, source: Source) -> None:
    """Let a restaurant find its own orders."""
    name = snake(f"{role} id")
    guarded = any(
        command.allow == f"state.{name} == caller.id" for command in sheet.commands if command.roles == [role]
    )
    if not guarded or name not in sheet.fields or sheet.fields[name].optional:
        return
    free = system.free(pascal(f"{plural_words(sheet.thing)} of {role}"))
    system.queries.append(QuerySheet(free, sheet, source, [role], [name], f"query.{name} == caller.id"))


def _referring(system: SystemSheet, sheet: AggregateSheet) -> list[str]:
    """Give the roles that have to name a thing when they do something with another: the class that they book."""
    wanted = f"ref {sheet.name}"
    found = [
        role
        for other in system.aggregates
        for command in other.commands
        if other is not sheet and not command.by_system
        for entry in command.fields.values()
        if entry.type == wanted
        for role in command.roles
    ]
    return list(dict.fromkeys(found))


def _defaults(system: SystemSheet, sheet: AggregateSheet, staff: str) -> None:
    """Whoever acts on things finds them: owners their own, staff all."""
    source = Source(sheet.source.words, "who acts on a thing finds it")
    acting = list(dict.fromkeys(role for command in sheet.commands for role in command.roles))
    owners = [role for role in acting if sheet.owner and sheet.creating is not None and role in sheet.creating.roles]
    others = [role for role in acting if role not in owners]
    others += [role for role in _referring(system, sheet) if role not in {*others, *owners}]
    listed = [query for query in system.queries if query.aggregate is sheet and not query.internal and not query.by]
    if owners and sheet.store != "log" and not any(set(owners) & set(query.roles) for query in listed):
        _own(system, sheet, owners, source)
    for role in others:
        _concerning(system, sheet, role, source)
    seen = {role for query in system.queries if query.aggregate is sheet and not query.internal for role in query.roles}
    missing = [role for role in others if role not in seen]
    if missing and listed:
        listed[0].roles = list(dict.fromkeys([*listed[0].roles, *missing]))
    elif missing or (not acting and not listed and not seen and staff in system.roles):
        system.queries.append(_listing(system, sheet, pascal(plural_words(sheet.thing)), missing or [staff], source))
