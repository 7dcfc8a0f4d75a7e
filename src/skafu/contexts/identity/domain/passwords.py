"""Which passwords are taken."""

import re
import unicodedata
from typing import Final

from skafu.contexts.identity.domain.errors import PasswordTooWeak

SHORTEST: Final = 12
LONGEST: Final = 200
"""Hashing takes as long as its input: nobody may send a book."""

_WORDS: Final = """
password passwort passw0rd p@ssword p@ssw0rd motdepasse contrasena qwerty qwertyuiop qwertz azerty asdfgh asdfghjkl
zxcvbn zxcvbnm letmein welcome iloveyou trustno1 sunshine princess football baseball dragon monkey master superman
batman starwars whatever freedom shadow michael jordan hunter summer winter spring autumn changeme default secret
administrator admin adminadmin root login access guest test testtest temppassword supersecret mypassword
passwordpassword qwertyqwerty abcdefghijkl abcdefgh abcabcabc 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx 1qaz2wsx3edc
q1w2e3r4t5y6 zaq12wsx correcthorsebatterystaple hunter2 skafu opensesame iamgroot
"""

COMMON: Final = frozenset(_WORDS.split())
"""Words that most guessing lists begin with; digits and signs around them do not make them better."""

_AROUND: Final = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_ROWS: Final = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "98765432109876543210",
)
FEWEST_DIFFERENT: Final = 5


def normal_password(password: str) -> str:
    """The form that is hashed: the same for all keyboards that write it."""
    return unicodedata.normalize("NFKC", password)


def check_password(password: str, *, not_in_it: tuple[str, ...] = ()) -> None:
    """Refuse what is easy to guess.

    Args:
        password: what somebody wants to sign in with.
        not_in_it: what others know of the person, such as the mail address.

    Raises:
        PasswordTooWeak: it is; says why, never what it was.
    """
    plain = normal_password(password)
    bare = plain.casefold()
    if len(plain) < SHORTEST:
        raise PasswordTooWeak(f"the password is shorter than {SHORTEST} characters", fix="use a few words")
    if len(plain) > LONGEST:
        raise PasswordTooWeak(f"the password is longer than {LONGEST} characters", fix="use a shorter one")
    if bare in COMMON or _AROUND.sub("", bare) in COMMON | {""} or any(bare in row for row in _ROWS):
        raise PasswordTooWeak("the password is on every guesser's list", fix="use a few words that do not go together")
    if len(set(bare)) < FEWEST_DIFFERENT:
        raise PasswordTooWeak("the password repeats a few characters", fix="use a few words")
    if any(len(each) > 3 and each.casefold() in bare for each in not_in_it):
        raise PasswordTooWeak("the password holds your name or mail address", fix="use words that are not about you")
