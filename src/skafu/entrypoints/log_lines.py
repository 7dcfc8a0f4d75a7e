"""What processes of the platform log: one line of JSON for each thing, or lines for people."""

import logging
import sys
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

_STANDARD: Final = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName", "color_message"}


class JsonLines(logging.Formatter):
    """One object for each line: the standard fields, and whatever was given as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        """A record as JSON."""
        line: dict[str, Any] = {
            "timestamp": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **{name: value for name, value in record.__dict__.items() if name not in _STANDARD},
        }
        if record.exc_info:
            line["stack"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line, enc_hook=str).decode()


class PlainLines(logging.Formatter):
    """Lines for people: time, level, message, and what was given as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        """A record as a line."""
        extra = " ".join(f"{name}={value}" for name, value in record.__dict__.items() if name not in _STANDARD)
        moment = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S")
        stack = f"\n{self.formatException(record.exc_info)}" if record.exc_info else ""
        return f"{moment} {record.levelname.lower():8}{record.name}: {record.getMessage()} {extra}".rstrip() + stack


def install_log(level: str, form: str) -> None:
    """Let everything of this process be logged to standard error."""
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(JsonLines() if form == "json" else PlainLines())
    logging.basicConfig(level=level, handlers=[lines], force=True)
    for noisy in ("httpx", "httpcore", "uvicorn.access", "asyncio", "alembic"):
        logging.getLogger(noisy).setLevel("WARNING")
