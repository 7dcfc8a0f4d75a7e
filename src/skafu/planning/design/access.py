"""Who may do what: somebody for every command, and the owner's rule where things have an owner."""

from skafu.planning.design.naming import kebab, snake
from skafu.planning.design.sheets import AggregateSheet, CommandSheet, FieldSheet, SystemSheet
from skafu.planning.meaning.acting import owns_what_it_starts
from skafu.planning.meaning.story import Question, Story

TAKING = frozenset({"accept", "claim", "take_over", "pick_up"})


def give_access(story: Story, system: SystemSheet, staff: str) -> None:
    """Give each command that nothing runs a role, each owned thing its owner, and each owner his rule."""
    for sheet in system.aggregates:
        for command in sheet.commands:
            if not command.roles and not command.by_system:
                command.roles = [staff]
                said = command.name
                story.questions.append(Question(f"Who may do it: {said}? For now it is {staff}.", command.name))
            for role in command.roles:
                system.roles.setdefault(role, story.roles.get(role, command.source))
        _own(sheet)
        for command in sheet.commands:
            _guard(story, sheet, command)
        _take(sheet)


def _own(sheet: AggregateSheet) -> None:
    """Take the owner from who calls; where the system begins it too, from what it is given."""
    creating = sheet.creating
    if creating is None or not sheet.owner:
        return
    if not creating.roles:
        creating.fields[sheet.owner] = FieldSheet("id")
    elif creating.by_system:
        creating.fields[sheet.owner] = FieldSheet("id")
        creating.allow = creating.allow or f"command.{sheet.owner} == caller.id"
    elif sheet.owner not in creating.fields:
        for emit in creating.emits:
            if sheet.owner in emit.event.fields:
                emit.given.setdefault(sheet.owner, "caller.id")


def _guard(story: Story, sheet: AggregateSheet, command: CommandSheet) -> None:
    if command.creates or not command.roles or command.allow:
        return
    if len(command.roles) == 1 and _concerned(sheet, command.roles[0]):
        command.allow = f"state.{snake(command.roles[0] + ' id')} == caller.id"
        return
    if not sheet.owner:
        return
    owning = [role for role in command.roles if _is_owner(sheet, role)]
    others = [role for role in command.roles if role not in owning]
    if not owning:
        return
    entry = sheet.fields.get(sheet.owner)
    if entry is None:
        return
    mine = f"state.{sheet.owner} == caller.id"
    command.allow = " || ".join([mine, *(f'"{kebab(role)}" in caller.roles' for role in others)])
    if not others:
        return
    said = f"May every {others[0]} do this for any {sheet.thing}: {command.name}?"
    story.questions.append(Question(said, command.name))


def _concerned(sheet: AggregateSheet, role: str) -> bool:
    """Whether a thing says from its beginning which one of a role it concerns: the restaurant of an order."""
    name, creating = snake(f"{role} id"), sheet.creating
    entry = sheet.fields.get(name)
    born = creating is not None and name in creating.event.fields and name in creating.fields
    return born and entry is not None and entry.type == "id" and not entry.optional and name != sheet.owner


def _take(sheet: AggregateSheet) -> None:
    """Who accepts a ride goes on with it; another driver does not."""
    for at, command in enumerate(sheet.commands):
        role = command.roles[0] if len(command.roles) == 1 else ""
        takes = command.verb in TAKING and role and owns_what_it_starts(role) and not _is_owner(sheet, role)
        if not takes or command.creates or command.by_system:
            continue
        name = snake(f"{role} id")
        if name in sheet.fields or name in command.fields or name == sheet.id_name:
            return
        sheet.fields[name] = FieldSheet("id", optional=True)
        command.event.fields[name] = FieldSheet("id")
        for emit in command.emits[:1]:
            emit.given[name] = "caller.id"
        for later in sheet.commands[at + 1 :]:
            taken = {command.event.to} if command.event.to else set()
            taken |= {each.event.to for each in sheet.commands[at + 1 :] if each.event.to}
            if later.roles == [role] and not later.allow and not later.creates and set(later.states) <= taken:
                later.allow = f"state.{name} == caller.id"
        return


def _is_owner(sheet: AggregateSheet, role: str) -> bool:
    creating = sheet.creating
    return creating is not None and role in creating.roles and owns_what_it_starts(role)
