"""Conflicts that are none for people: both inserted at one place, and one of them only empty lines."""

import re

_HUNK = re.compile(
    rb"^<{7} yours[^\n]*\n(?P<ours>(?:[^\n]*\n)*?)"
    rb"\|{7} before[^\n]*\n(?P<base>(?:[^\n]*\n)*?)"
    rb"={7}\n(?P<theirs>(?:[^\n]*\n)*?)"
    rb">{7} template[^\n]*\n",
    re.MULTILINE,
)
_MARK = re.compile(rb"^(?:<{7}|\|{7}|={7}|>{7})(?: |$)", re.MULTILINE)


def without_empty_conflicts(content: bytes) -> bytes | None:
    """Keep both insertions where one of them is only empty lines.

    Args:
        content: a text with the marks of conflicts.

    Returns:
        The text, when no other conflict is in it; else None.
    """
    settled, number = _HUNK.subn(_settled, content)
    return settled if number and not _MARK.search(settled) else None


def _settled(hunk: re.Match[bytes]) -> bytes:
    ours, base, theirs = hunk["ours"], hunk["base"], hunk["theirs"]
    if base.strip() or (ours.strip() and theirs.strip()) or _MARK.search(ours + b"\n" + theirs):
        return hunk[0]
    return ours + theirs
