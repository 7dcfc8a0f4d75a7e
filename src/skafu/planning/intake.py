"""Takes a description in: what is no English description is refused with the reason and what to do."""

import re
import unicodedata

from skafu.kernel.errors import Invalid
from skafu.planning.language.morphology import singular, verb_forms
from skafu.planning.lexicon import lives, nouns, people
from skafu.planning.lexicon.fields import TYPE_OF_FIELD
from skafu.planning.lexicon.other_languages import ENGLISH, FOREIGN

MAX_BYTES = 100_000
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?")
_EXAMPLE = 'such as "Customers place orders, and the warehouse ships them."'
_FEW = 12


def admit(text: str) -> str:
    """Give the description without odd spaces.

    Raises:
        Invalid: empty, too large, binary, no English, or no words that say anything.
    """
    if not isinstance(text, str):
        raise Invalid("the description is no text", fix=f"Give a text {_EXAMPLE}")
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise Invalid(
            "the description is longer than 100 kB", fix="Keep to what the system does; leave out what is known anyway."
        )
    if not text.strip():
        raise Invalid("the description is empty", fix=f"Say who does what, {_EXAMPLE}")
    _refuse_binary(text)
    plain = unicodedata.normalize("NFC", "".join(each if each.isprintable() or each == "\n" else " " for each in text))
    _refuse_other_languages(plain)
    return plain


def nothing_found() -> Invalid:
    """The error for a description in which nothing is done to anything."""
    return Invalid("the description names nothing that a system could do", fix=f"Say who does what, {_EXAMPLE}")


def _refuse_binary(text: str) -> None:
    odd = sum(
        1
        for each in text
        if (each not in "\n\r\t" and unicodedata.category(each) in {"Cc", "Co", "Cn", "Cs"}) or each == "\ufffd"
    )
    if "\0" in text or odd > max(2, len(text) // 50):
        raise Invalid("the description is binary, not text", fix="Give plain text in UTF-8.")


def _refuse_other_languages(text: str) -> None:
    found = [word.lower() for word in _WORD.findall(text)]
    if not found:
        raise Invalid("the description has no words", fix=f"Say who does what, {_EXAMPLE}")
    shares = {language: sum(word in words for word in found) for language, words in FOREIGN.items()}
    language, foreign = max(shares.items(), key=lambda pair: pair[1])
    english = sum(word in ENGLISH for word in found)
    known = sum(_is_known(word) for word in found)
    if foreign > english and foreign * 5 >= len(found) and known * 2 < len(found) + english:
        fix = "Only English is understood: translate the description."
        raise Invalid(f"the description seems to be {language}", fix=fix)
    if sum(not word.isascii() for word in found) * 2 > len(found):
        raise Invalid("the description is not in English", fix="Only English is understood: translate the description.")
    needed = 1 if len(found) <= _FEW else len(found) // 5
    if known < needed or (english + known) * 4 < len(found):
        raise Invalid(
            "the description has too few English words to be understood",
            fix=f"Say in plain English who does what, {_EXAMPLE}",
        )


def _is_known(word: str) -> bool:
    one = singular(word)
    return (
        bool(verb_forms(word))
        or word in ENGLISH
        or any(
            one in known
            for known in (
                people.PEOPLE,
                people.GENERIC_PEOPLE,
                nouns.SYSTEMS,
                nouns.VAGUE,
                lives.LIVES,
                lives.SHAPES,
                TYPE_OF_FIELD,
                lives.ADDED,
            )
        )
    )
