"""Mail addresses: when two are the same, and when one cannot be used."""

import re
import unicodedata
from typing import Final

from skafu.kernel.errors import Invalid

LONGEST_MAIL: Final = 254
"""RFC 5321, 4.5.3.1.3: a path has 256 characters, two of them brackets."""

_MAIL: Final = re.compile(r"[^@\s\x00-\x1f\x7f<>,;:\"()\[\]\\]{1,64}@[^@\s\x00-\x1f\x7f<>,;:\"()\[\]\\]{1,253}")


def normal_mail(mail: str) -> str:
    """The form in which two spellings of an address are the same: composed, without case.

    RFC 5321 lets the local part have case; no provider that people use makes a difference, and two persons whose
    addresses differ by case alone would be a trap.
    """
    return unicodedata.normalize("NFKC", mail.strip()).casefold()


def checked_mail(mail: str) -> str:
    """An address without the space around it.

    Raises:
        Invalid: it cannot be one.
    """
    found = mail.strip()
    if len(found) > LONGEST_MAIL or not _MAIL.fullmatch(found) or not found.isprintable():
        raise Invalid("this is no mail address", fix="write it as name@example.org")
    return found
