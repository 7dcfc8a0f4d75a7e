"""What all functions of the system share."""

import msgspec


class Note(msgspec.Struct):
    """A note as a request carries it."""

    text: str
