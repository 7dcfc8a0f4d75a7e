"""Mails go to the server that is set, and into a folder where there is none."""

import re
import socket
from email import message_from_bytes
from email.message import Message
from email.policy import default
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler
from identity_under_test import PASSWORD, Town, town_of


class Letters(MessageHandler):
    """Keeps what comes."""

    def __init__(self) -> None:
        super().__init__()
        self.came: list[Message] = []

    def handle_message(self, message: Message) -> None:
        self.came.append(message)


async def test_invitations_are_sent_by_the_mail_server_and_lead_to_this_installation(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    letters = Letters()
    server = Controller(letters, hostname="127.0.0.1", port=port, ready_timeout=10)
    server.start()
    try:
        address, public = f"smtp://127.0.0.1:{port}", "https://skafu.example.org/"
        async with town_of(tmp_path, sends=True, smtp_url=address, public_url=public) as town:
            await _invited(town)
    finally:
        server.stop()
    (mail,) = letters.came
    text = mail.get_payload(decode=True)
    assert (mail["To"], mail["Subject"]) == ("bob@example.org", "Invitation to Acme")
    assert isinstance(text, bytes)
    assert b"https://skafu.example.org/sign-in#invitation=" in text


async def test_without_a_mail_server_the_link_is_found_in_the_outbox(tmp_path: Path) -> None:
    async with town_of(tmp_path, sends=True) as town:
        await _invited(town)
        (mail,) = _outbox(tmp_path)
        link = re.search(r"http://127\.0\.0\.1:8400/sign-in#invitation=([\w-]+)", mail)
        assert link is not None
        body = {"link": link.group(1), "name": "Bob", "password": PASSWORD}
        assert (await town.nobody.post("/auth/link", body)).status_code == 200


async def _invited(town: Town) -> None:
    ann = await town.owner()
    await ann.post("/invitations", {"mail": "bob@example.org", "role": "viewer"})
    await town.settle()


def _outbox(folder: Path) -> list[str]:
    mails = (message_from_bytes(each.read_bytes(), policy=default) for each in (folder / "outbox").iterdir())
    return [each.get_content() for each in mails]
