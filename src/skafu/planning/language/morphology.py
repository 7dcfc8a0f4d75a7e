"""Forms of words: plural to singular, base to participle, and back."""

import re
from functools import cache

from skafu.planning.lexicon import nouns, verbs

_CONSONANT_Y = re.compile(r"[^aeiou]y$")
_HISSING = re.compile(r"(s|x|z|ch|sh)$")


@cache
def singular(word: str) -> str:
    """Give the singular of a noun; a word that is none comes back as it is."""
    head, joint, last = word.rpartition("_") if "_" in word else word.rpartition("-")
    return f"{head}{joint}{_singular(last)}"


def _singular(word: str) -> str:
    if word in nouns.IRREGULAR_PLURALS:
        return nouns.IRREGULAR_PLURALS[word]
    if word in nouns.UNCOUNTABLE or len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zzes")):
        return word[:-2]
    return word[:-1]


def is_plural(word: str) -> bool:
    """Whether a noun stands in the plural."""
    return singular(word) != word


@cache
def participle(base: str) -> str:
    """Give the past participle of a verb; a particle stays behind it: `sign_up` gives `signed_up`."""
    verb, joint, particle = base.partition("_")
    return f"{_past(verb)}{joint}{particle}"


def _past(verb: str) -> str:
    if verb in verbs.IRREGULAR:
        return verbs.IRREGULAR[verb]
    if verb.endswith("e"):
        return verb + "d"
    if _CONSONANT_Y.search(verb):
        return verb[:-1] + "ied"
    return (verb + verb[-1] if _doubles(verb) else verb) + "ed"


def gerund(base: str) -> str:
    """Give the -ing form of a verb without particle."""
    if base.endswith("ie"):
        return base[:-2] + "ying"
    if base.endswith("e") and not base.endswith(("ee", "ye", "oe")) and len(base) > 2:
        return base[:-1] + "ing"
    return (base + base[-1] if _doubles(base) else base) + "ing"


def third_person(base: str) -> str:
    """Give the form that goes with he, she and it."""
    if base in {"be", "have"}:
        return {"be": "is", "have": "has"}[base]
    if _CONSONANT_Y.search(base):
        return base[:-1] + "ies"
    return base + ("es" if _HISSING.search(base) or base in {"go", "do", "undo", "redo"} else "s")


def _doubles(verb: str) -> bool:
    return verb in verbs.DOUBLED or re.sub("^(re|un|pre|over)-?", "", verb) in verbs.DOUBLED


@cache
def _table() -> dict[str, dict[str, str]]:
    """Form of a known verb -> kind of form -> base."""
    table: dict[str, dict[str, str]] = {}
    for base in sorted(verbs.KNOWN | frozenset(verbs.IRREGULAR)):
        verb = base.partition("_")[0]
        for kind, form in _inflected(verb):
            table.setdefault(form, {}).setdefault(kind, verb)
    for form, base in verbs.PAST_TENSE.items():
        table.setdefault(form, {}).setdefault("past", base)
    return table


def _inflected(verb: str) -> tuple[tuple[str, str], ...]:
    plain = _past(verb)
    american = re.sub(r"l(led|ling)$", r"\1", plain)
    return (
        ("base", verb), ("third", third_person(verb)), ("past", plain), ("past", re.sub("lled$", "led", american)),
        ("ing", gerund(verb)), ("ing", re.sub("lling$", "ling", gerund(verb))),
    )  # fmt: skip


@cache
def verb_forms(word: str) -> dict[str, str]:
    """Give the kinds of form (base, third, past, ing) that a word can be of a known verb, each with the base."""
    prefix, joint, rest = word.partition("-")
    if joint and prefix in {"re", "pre", "un"} and rest in _table():
        return {kind: prefix + base for kind, base in _table()[rest].items()}
    return _table().get(word, {})


def base_of_unknown(word: str) -> str:
    """Guess the base of a verb that no list knows from its -ed, -ing or -s form."""
    for ending in ("ied", "ed", "ing", "ies", "es", "s"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= 2:
            return _from_stem(stem, ending)
    return word


def _from_stem(stem: str, ending: str) -> str:
    if ending in {"ied", "ies"}:
        return stem + "y"
    if ending == "s" or (ending == "es" and _HISSING.search(stem)):
        return stem
    if ending == "es":
        return stem + "e"
    if re.search(r"([bdgmnprt])\1$", stem):
        return stem[:-1]
    if re.search(r"([aeiou][vszcgu]|[^aeiou]l|(?:^|[^aeiou])[aiou][tkmnpdr]|[aeiu]r|uat|[ao]t|iz|uc)$", stem):
        return stem + "e"
    return stem
