"""Who may do what: somebody for every command, and the owner's rule where things have an owner."""

from skafu.planning.design.naming import kebab
from skafu.planning.design.sheets import AggregateSheet, CommandSheet, FieldSheet, SystemSheet
from skafu.planning.meaning.acting import owns_what_it_starts
from skafu.planning.meaning.story import Question, Story


def give_access(story: Story, system: SystemSheet, staff: str) -> None:
    """Give each command that nothing runs a role, each owned thing its owner, and each owner his rule."""
    for sheet in system.aggregates:
        for command in sheet.commands:
            if not command.roles and not command.by_system:
                command.roles = [staff]
                said = command.name
                story.questions.append(Question(f"Who may do it: {said}? For now it is {staff}.", command.name))
            for role in command.roles:
                system.roles.setdefault(role, command.source)
        _own(sheet)
        for command in sheet.commands:
            _guard(story, sheet, command)


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
            emit.given.setdefault(sheet.owner, "caller.id")


def _guard(story: Story, sheet: AggregateSheet, command: CommandSheet) -> None:
    if command.creates or not command.roles or command.allow or not sheet.owner:
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


def _is_owner(sheet: AggregateSheet, role: str) -> bool:
    creating = sheet.creating
    return creating is not None and role in creating.roles and owns_what_it_starts(role)
