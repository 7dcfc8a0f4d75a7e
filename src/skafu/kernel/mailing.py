"""Mails: what they are, and the port of whatever sends them."""

from typing import Protocol

import msgspec


class Mail(msgspec.Struct, frozen=True):
    """A mail. Its text may hold a link that works once: it never stands in the repr."""

    to: str
    subject: str
    text: str

    def __repr__(self) -> str:
        """Say only what it is about."""
        return f"Mail({self.subject!r})"


class Mailer(Protocol):
    """Sends mails."""

    async def send(self, mail: Mail, *, key: str) -> None:
        """Hand a mail over to be delivered.

        Args:
            mail: what is sent.
            key: the same when the same mail is sent again, so that it can be left out.

        Raises:
            Unavailable: it cannot be handed over now.
            Refused: nobody takes mails for this address.
        """
