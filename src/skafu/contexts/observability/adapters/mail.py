"""Tells people by mail, over SMTP."""

import asyncio
import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import msgspec

from skafu.contexts.observability.ports import Message
from skafu.kernel.errors import Invalid, Refused, Unavailable

SECONDS = 20
PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


class MailServer(msgspec.Struct, frozen=True):
    """Where mail is handed in, and who it is from."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    sender: str

    def __repr__(self) -> str:
        """Nothing that would let somebody in."""
        return f"MailServer({self.host}:{self.port})"


def mail_server(url: str, sender: str) -> MailServer:
    """Read the address of a server: `smtp://`, `smtps://` or `smtp+starttls://`, maybe with user and password.

    Raises:
        Invalid: it is no such address.
    """
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise Invalid("smtp_url is no address of a mail server", fix="give smtp+starttls://USER:PASSWORD@HOST:587")
    port = parts.port or PORTS[parts.scheme]
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(parts.scheme, parts.hostname, port, user, password, sender)


class Mail:
    """Fills `Messenger` for mail."""

    def __init__(self, server: MailServer) -> None:
        """Hand in at this server."""
        self._server = server

    async def send(self, target: str, secret: str, message: Message) -> None:
        """Send a mail; its Message-ID is the same when it is sent again."""
        del secret
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self._server.sender, target, message.subject
        mail["Message-ID"] = f"<{message.id.replace(' ', '.')}@skafu>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text)
        await asyncio.to_thread(_hand_in, self._server, mail)


def _hand_in(server: MailServer, mail: EmailMessage) -> None:
    try:
        with _connected(server) as connection:
            if server.user:
                connection.login(server.user, server.password)
            connection.send_message(mail)
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused) as error:
        raise Refused("the mail server refuses the address", fix="check the address of the channel") from error
    except smtplib.SMTPAuthenticationError as error:
        raise Unavailable("the mail server does not let us in", fix="check smtp_url") from error
    except (OSError, smtplib.SMTPException) as error:
        raise Unavailable(f"the mail server does not take the mail: {type(error).__name__}") from error


def _connected(server: MailServer) -> smtplib.SMTP:
    if server.scheme == "smtps":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=context)
    connection = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
    if server.scheme == "smtp+starttls":
        connection.starttls(context=ssl.create_default_context())
    return connection


class NoMail:
    """Fills `Messenger` where no mail server is set."""

    async def send(self, target: str, secret: str, message: Message) -> None:
        """Refuse."""
        del target, secret, message
        raise Refused("no mail server is set", fix="set smtp_url")
