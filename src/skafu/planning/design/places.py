"""Limited places: how many are taken, who waits, and who moves up."""

from skafu.planning.design.naming import pascal, snake
from skafu.planning.design.sheets import (
    AggregateSheet,
    CommandSheet,
    EmitSheet,
    EventSheet,
    FieldSheet,
    PolicySheet,
    RuleSheet,
    SystemSheet,
)
from skafu.planning.meaning.story import Question, Source, Story

_TAKING = frozenset({"book", "reserve", "register", "enroll", "sign_up", "buy"})
_FREEING = frozenset({"cancel", "withdraw", "expire"})
WAITING = "waiting"


def add_places(story: Story, system: SystemSheet) -> None:
    """Count the places of things that can be full, and keep their waiting lists."""
    for thing in story.capacities:
        sheet = system.aggregate(thing)
        if sheet is None:
            continue
        _waiting_list(story, sheet)
        for record in system.aggregates:
            creating = record.creating
            if (
                creating is not None
                and creating.verb in _TAKING
                and sheet.id_name in creating.fields
                and record is not sheet
            ):
                _count(story, system, sheet, record)
                break


def _count(story: Story, system: SystemSheet, sheet: AggregateSheet, record: AggregateSheet) -> None:
    creating, birth = record.creating, sheet.creating
    if creating is None or birth is None:
        return
    source = Source(creating.source.words, "a thing with places can be full")
    for fields in (sheet.fields, birth.fields, birth.event.fields):
        fields.setdefault("capacity", FieldSheet("integer", min=1))
    sheet.fields["taken"] = FieldSheet("integer", default=0)
    words = f"{sheet.thing} places changed"
    event = EventSheet(
        system.free(pascal(words)),
        sheet,
        source,
        words,
        fields={"places": FieldSheet("integer")},
        add={"taken": "event.places"},
    )
    command = CommandSheet(system.free(pascal(f"change {sheet.thing} places")), sheet, source, "change", by_system=True)
    command.fields["places"] = FieldSheet("integer")
    command.emits.append(EmitSheet(event))
    sheet.events.append(event)
    sheet.commands.append(command)
    system.policies.append(PolicySheet(creating.event, command, source, given={"places": 1}))
    creating.event.fields.setdefault(sheet.id_name, FieldSheet(f"ref {sheet.name}"))
    for freeing in record.commands:
        if freeing.verb in _FREEING:
            freeing.event.fields.setdefault(sheet.id_name, FieldSheet(f"ref {sheet.name}"))
            system.policies.append(PolicySheet(freeing.event, command, source, given={"places": -1}))
    name = sheet.snake
    creating.reads[name] = f"{sheet.name}(command.{sheet.id_name})"
    said = f"The {sheet.thing} is full."
    creating.rules.append(RuleSheet(snake(f"{sheet.thing} full"), f"{name}.taken < {name}.capacity", said, source))
    text = (
        f"Places of each {sheet.thing} are counted a moment after booking: may the last one be given twice in a rush?"
    )
    story.questions.append(Question(text, creating.name))


def _waiting_list(story: Story, sheet: AggregateSheet) -> None:
    joining = next((command for command in sheet.commands if command.verb == "join"), None)
    if joining is None or joining.creates:
        return
    sheet.fields[WAITING] = FieldSheet("list of id")
    person = snake(f"{joining.roles[0]} id") if joining.roles else "person_id"
    if person in {sheet.owner, sheet.id_name} or person in sheet.fields:
        person = "waiting_id"
    joining.fields, joining.event.fields = {}, {person: FieldSheet("id")}
    joining.emits[0].given[person] = "caller.id"
    joining.event.add[WAITING] = f"event.{person}"
    promoting = next((command for command in sheet.commands if command.verb == "promote"), None)
    if promoting is not None:
        promoting.event.fields = {person: FieldSheet("id")}
        promoting.emits[0].condition = f"size(state.{WAITING}) > 0"
        promoting.emits[0].given[person] = f"state.{WAITING}[0]"
        promoting.event.remove[WAITING] = f"event.{person}"
        text = (
            f"When somebody moves up from the waiting list of a {sheet.thing}: is the place booked, or offered first?"
        )
        story.questions.append(Question(text, promoting.name))
