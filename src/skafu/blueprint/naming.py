"""One name in every case, and the plural that routes and tables use."""

import re
from functools import cache

import msgspec


class Names(msgspec.Struct, frozen=True):
    """One name in every case: `PlaceOrder`, `place_order`, `place-order`, `place order`, `orders` (of `Order`)."""

    pascal: str
    snake: str
    kebab: str
    words: str
    plural: str


_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_SAME = {"equipment", "feedback", "fish", "goods", "hardware", "information", "luggage", "news", "series", "sheep"}
_SAME |= {"software", "species", "staff"}
_IRREGULAR = {"person": "people", "child": "children", "man": "men", "woman": "women", "foot": "feet", "tooth": "teeth"}
_IRREGULAR |= {"analysis": "analyses", "basis": "bases", "diagnosis": "diagnoses", "crisis": "crises", "leaf": "leaves"}
_IRREGULAR |= {"shelf": "shelves", "half": "halves", "life": "lives", "knife": "knives", "hero": "heroes"}
_IRREGULAR |= {"potato": "potatoes", "tomato": "tomatoes", "quiz": "quizzes", "mouse": "mice", "datum": "data"}


@cache
def names_of(name: str) -> Names:
    """Give a name in every case.

    Args:
        name: in PascalCase, snake_case or kebab-case; `HTTPCall`, `http_call` and `http-call` are the same name, but
            the Pascal form of a Pascal name stays as it was written.
    """
    parts = split(name)
    pascal = name if name[:1].isupper() else "".join(part.capitalize() for part in parts)
    head, last = parts[:-1], parts[-1]
    return Names(
        pascal=pascal,
        snake="_".join(parts),
        kebab="-".join(parts),
        words=" ".join(parts),
        plural="-".join([*head, plural(last)]),
    )


def split(name: str) -> list[str]:
    """Give the words of a name in lower case; digits stay with the word before them: `V2Order` is `v2 order`."""
    return [word for part in re.split(r"[^A-Za-z0-9]+", name) for word in _words(part)] or [name.lower()]


def _words(part: str) -> list[str]:
    """Give the words of what stands between hyphens; without capitals it is one word: `v2order`, `2`."""
    if part == part.lower():
        return [part] if part else []
    words: list[str] = []
    for word in _WORD.findall(part):
        if word.isdigit() and words:
            words[-1] += word
        else:
            words.append(word.lower())
    return words


def plural(word: str) -> str:
    """Give the plural of an English word in lower case."""
    if word in _SAME:
        return word
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if re.search(r"[^aeiou]y$", word):
        return word[:-1] + "ies"
    if re.search(r"(s|x|z|ch|sh)$", word):
        return word + "es"
    return word + "s"


def verb_of(command: str, aggregate: str) -> str:
    """Give the verb of a command in kebab-case: `cancel` for `CancelOrder` of `Order`; without a subject, all of it."""
    parts, subject = split(command), split(aggregate)
    for start in range(1, len(parts)):
        if parts[start : start + len(subject)] == subject:
            return "-".join(parts[:start] + parts[start + len(subject) :])
    if parts[-1] == subject[-1] and len(parts) > 1:
        return "-".join(parts[:-1])
    return "-".join(parts)
