"""Mails without a mail server: kept in memory for tests, or in a folder for who runs Skafu alone."""

import asyncio
import hashlib
import os
from email.message import EmailMessage
from pathlib import Path

from skafu.kernel.mailing import Mail


class MemoryMailer:
    """Keeps mails, each once."""

    def __init__(self) -> None:
        """Have sent nothing yet."""
        self.sent: dict[str, Mail] = {}

    async def send(self, mail: Mail, *, key: str) -> None:
        """Keep a mail."""
        self.sent.setdefault(key, mail)


class FolderMailer:
    """Writes each mail to a file of its own, which any mail program opens; for its owner's eyes alone."""

    def __init__(self, folder: Path) -> None:
        """Write to this folder, made when the first mail comes."""
        self._folder = folder

    async def send(self, mail: Mail, *, key: str) -> None:
        """Write a mail; the same one is written to the same file."""
        await asyncio.to_thread(self._write, mail, key)

    def _write(self, mail: Mail, key: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        message = EmailMessage()
        message["To"] = mail.to
        message["Subject"] = mail.subject
        message.set_content(mail.text, cte="8bit")  # people copy links out of the file as it is
        path = self._folder / f"{hashlib.sha256(key.encode()).hexdigest()[:20]}.eml"
        draft = path.with_suffix(".part")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(message.as_bytes())
        draft.replace(path)
