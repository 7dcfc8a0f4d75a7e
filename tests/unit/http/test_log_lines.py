"""What a process logs can be read by programs, line by line."""

import logging
import sys
from uuid import UUID

import msgspec

from skafu.entrypoints.log_lines import JsonLines, PlainLines

REQUEST = UUID(int=7)


def _record(**more: object) -> logging.LogRecord:
    return logging.getLogger("skafu.access").makeRecord(
        "skafu.access", logging.INFO, __file__, 1, "request %s", ("done",), None, extra=more
    )


def test_a_line_is_one_object_with_its_correlation_id() -> None:
    line = JsonLines().format(_record(request_id=REQUEST, status=200, note="two\nlines"))
    assert "\n" not in line
    said = msgspec.json.decode(line)
    assert said.pop("timestamp").endswith("Z")
    assert said == {
        "level": "INFO",
        "logger": "skafu.access",
        "message": "request done",
        "request_id": str(REQUEST),
        "status": 200,
        "note": "two\nlines",
    }


def test_what_broke_stands_in_its_line() -> None:
    try:
        int("broken")
    except ValueError:
        record = _record()
        record.exc_info = sys.exc_info()
    assert "ValueError: invalid literal" in msgspec.json.decode(JsonLines().format(record))["stack"]
    assert PlainLines().format(record).endswith("base 10: 'broken'")


def test_people_read_the_same_in_a_line() -> None:
    assert PlainLines().format(_record(status=200)).endswith("info    skafu.access: request done status=200")
