"""`skafu store`: what operators do with a store."""

import click

from skafu.entrypoints.cli.lazy_group import LazyGroup

_ROOM = "skafu.entrypoints.cli.store"
COMMANDS = {
    "status": (f"{_ROOM}.status_command", "How much there is, and how far each projection has come."),
    "verify": (f"{_ROOM}.verify_command", "Read everything and say what is wrong."),
    "rebuild": (f"{_ROOM}.rebuild_command", "Build a projection anew, while the old one answers."),
    "parked": (f"{_ROOM}.parked_command", "Events that could not be handled: list, retry, skip."),
    "backup": (f"{_ROOM}.backup_command", "Copy the store to a file while others work with it."),
    "restore": (f"{_ROOM}.restore_command", "Fill the store from a backup."),
    "erase": (f"{_ROOM}.erase_command", "Make a person forgotten, for ever."),
    "reapply": (f"{_ROOM}.reapply_command", "Erase again who was erased, after older keys were restored."),
    "export": (f"{_ROOM}.export_command", "Write all events as lines of JSON."),
    "import": (f"{_ROOM}.import_command", "Take in events from lines of JSON."),
}


class Commands(LazyGroup):
    """The commands of a store."""

    modules = COMMANDS


@click.group(cls=Commands)
def command() -> None:
    """Look after the event store in a folder (--data) or in PostgreSQL (--database-url).

    No command needs to know the types of the events.
    """
