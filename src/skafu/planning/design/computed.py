"""What is worked out rather than said: data read from a document, and differences from what was ordered."""

from skafu.planning.design.sheets import AggregateSheet, CommandSheet, FieldSheet, SystemSheet

EXTRACTING = frozenset({"extract", "recognize", "transcribe", "digitize", "scan", "parse"})
MATCHING = frozenset({"match", "compare", "check", "reconcile", "verify"})
EXTRACTOR = "Extraction"


def work_out(system: SystemSheet) -> None:
    """Complete the commands that nobody types in."""
    for sheet in system.aggregates:
        for command in sheet.commands:
            if command.act is None or command.roles or command.creates:
                continue
            if command.verb in EXTRACTING and _document(sheet):
                _extract(system, sheet, command)
            if command.verb in MATCHING and command.act.target:
                other = system.aggregate(command.act.target)
                if other is not None:
                    _match(sheet, command, other)


def give_terms(system: SystemSheet) -> None:
    """Say until when something is lent, and move the time when it is extended."""
    for sheet in system.aggregates:
        term = next((each.act.term for each in sheet.commands if each.act is not None and each.act.term), "")
        creating = sheet.creating
        if term and creating is not None and creating.act is not None and creating.act.term:
            for fields in (sheet.fields, creating.event.fields):
                fields["due_at"] = FieldSheet("datetime")
            creating.fields.pop("due_at", None)
            creating.emits[0].given["due_at"] = f'now + duration("{term}")'
        for command in sheet.commands:
            if command.verb in {"extend", "renew", "prolong"} and command.act is not None and not command.creates:
                _stretch(sheet, command, *command.act.stretch, term)


def _stretch(sheet: AggregateSheet, command: CommandSheet, last: str, by: str, term: str) -> None:
    birth = sheet.creating.event.fields if sheet.creating is not None else {}
    times = [name for name, entry in birth.items() if entry.type == "datetime" and not entry.optional]
    name = next(
        (each for each in ("end_time", "due_at", "deadline", "ends_at", "expires_at", *times) if each in times), ""
    )
    by = by or term
    if not name or not by:
        return
    command.fields.pop(name, None)
    command.event.fields = {name: FieldSheet("datetime")}
    command.emits[0].given[name] = f'state.{name} + duration("{by}")'
    if last:
        command.emits[0].condition = f'state.{name} - now <= duration("{last}")'


def _document(sheet: AggregateSheet) -> str:
    return next((name for name, entry in sheet.fields.items() if entry.type == "file"), "")


def _extract(system: SystemSheet, sheet: AggregateSheet, command: CommandSheet) -> None:
    """Let an outside service read the document; the command records what it read."""
    creating = sheet.creating
    if creating is None:
        return
    read = {
        name: entry
        for name, entry in creating.fields.items()
        if entry.type != "file" and not entry.type.startswith(("ref ", "list of"))
    }
    for name, entry in read.items():
        for fields in (creating.fields, creating.event.fields):
            fields.pop(name, None)
        command.fields[name] = entry.copy(optional=False)
        command.event.fields[name] = entry.copy(optional=False)
        sheet.fields[name] = entry.copy(optional=True)
    for matching in sheet.commands:
        other = (
            system.aggregate(matching.act.target) if matching.act is not None and matching.verb in MATCHING else None
        )
        if other is not None:
            for fields in (command.fields, command.event.fields):
                fields[other.id_name] = FieldSheet(f"ref {other.name}")
    if command.act is not None:
        command.act.outside = command.act.outside or "extraction"


def _match(sheet: AggregateSheet, command: CommandSheet, other: AggregateSheet) -> None:
    """Compare the amount with the one of the order, and say by how much they differ."""
    amount = next((name for name, entry in sheet.fields.items() if entry.type == "money" and name == "amount"), "")
    total = next((name for name, entry in other.fields.items() if entry.type == "money" and not entry.optional), "")
    computed = [name for name, entry in command.fields.items() if entry.type == "money" and name not in {amount, total}]
    if not amount or not total or not computed:
        return
    name = computed[0]
    command.fields.pop(name)
    command.fields[amount] = FieldSheet("money")
    command.fields[other.id_name] = FieldSheet(f"ref {other.name}")
    command.reads[other.snake] = f"{other.name}(command.{other.id_name})"
    worked_out = f"max(command.{amount} - {other.snake}.{total}, {other.snake}.{total} - command.{amount})"
    for emit in command.emits:
        emit.condition = emit.condition.replace(f"command.{name}", worked_out)
        if name in emit.event.fields:
            if emit.condition:
                emit.given[name] = worked_out
            else:
                emit.event.fields.pop(name)
