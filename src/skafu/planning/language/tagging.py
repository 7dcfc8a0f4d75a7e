"""Decides for each word of a sentence what part of speech it is, by lists and by its neighbours."""

import re

from skafu.planning.language.morphology import base_of_unknown, is_plural, singular, verb_forms
from skafu.planning.language.word_classes import Tagged, closed
from skafu.planning.language.words import Word
from skafu.planning.lexicon import grammar, nouns, people, verbs
from skafu.planning.lexicon.fields import TYPE_OF_FIELD

_NOMINAL = frozenset({"DET", "POSS", "N", "PRO", "ADJ", "NUM", "LIM"})
_CLOSING = frozenset({",", ".", ":", "(", ")", "CC", "END"})
_BEGINNING = frozenset({"start", "begin", "open", "launch", "fail"})
_ADJECTIVE_ENDING = re.compile(r".{3,}(able|ible|ful|less|ous|ive|ical|ic|ary)$")


def tag(words: tuple[Word, ...]) -> list[Tagged]:
    """Tag the words of a sentence, from left to right."""
    tagged = [Tagged(word, closed(word)) for word in words]
    reading = _Reading(tagged)
    for at, each in enumerate(tagged):
        if not each.tag or each.tag.endswith("?"):
            reading.decide(at)
    return tagged


class _Reading:
    """One pass over a sentence; what is left of the word is decided, what is right of it only by lists."""

    def __init__(self, tagged: list[Tagged]) -> None:
        self._tagged = tagged

    def decide(self, at: int) -> None:
        word = self._tagged[at]
        if word.tag:
            word.tag = self._by_place(at, word.tag)
            if word.tag == "V":
                word.base, word.form = self._grammar_verb(word.low)
            return
        forms = known = verb_forms(word.low)
        if word.low in grammar.ADJECTIVES and {"past", "ing"} & set(forms) and self._peek(at + 1) in {"N", "", "ADJ"}:
            forms = {}
        verb = self._verb(at, word.low, forms)
        if verb:
            word.tag, word.base, word.form = verb
        else:
            word.tag = self._other(at, word.low, forms)
            word.base = known.get("past", "") if word.tag == "ADJ" else ""

    def _grammar_verb(self, low: str) -> tuple[str, str]:
        forms = verb_forms(low)
        form = next((form for form in ("base", "third", "ing", "past") if form in forms), "base")
        return forms.get(form, low), form

    # words whose class depends on the place -----------------------------------------------------------------------

    def _by_place(self, at: int, kind: str) -> str:
        after = self._peek(at + 1)
        match kind:
            case "that?":
                return self._that(at, after)
            case "to?":
                return self._to(at)
            case "both?":
                return self._both(at, after)
            case "get?":
                return "BE" if self._participle_follows(at) else "V"
            case "have?":
                return "HAVE" if self._participle_follows(at) else "V"
            case "do?":
                return "DO" if after == "NEG" or "base" in verb_forms(self._low(at + 1)) else "V"
            case "when?":
                return self._when(at)
            case _:
                return "V" if self._before(at) in {"MOD", "TO"} or self._before(at) == "PRO" else "PREP"

    def _both(self, at: int, after: str) -> str:
        forms = verb_forms(self._low(at + 1))
        verb = "base" in forms and self._peek(at + 2) in {"DET", "POSS", "PRO"}
        return (
            "DET" if not verb and after in {"N", "ADJ", "DET", "POSS", "", "PREP"} and self._nounish(at + 1) else "PRO"
        )

    def _that(self, at: int, after: str) -> str:
        before = self._before(at)
        if before == "N" or self._before_low(at) in {"something", "those", "everything", "anything"}:
            return "REL"
        if before == "V":
            return "SUB" if after in {"DET", "PRO", "POSS", "N", ""} else "REL"
        return "DET" if self._nounish(at + 1) else "PRO"

    def _to(self, at: int) -> str:
        low = self._low(at + 1)
        if low in grammar.ADVERBS or low.endswith("ly"):
            low = self._low(at + 2)
        if low in {"be", "have", "do", "get", "not"}:
            return "TO"
        forms = verb_forms(low)
        if "base" in forms:
            noun = low in verbs.NOUN_TOO and self._peek(at + 2) in {*_CLOSING, "PREP", "BE", "MOD", "SUB"}
            return (
                "PREP" if noun and self._before(at) == "V" and self._before_base(at) not in verbs.CONTROLLING else "TO"
            )
        controlled = self._before_base(at) in verbs.CONTROLLING | verbs.ENABLING and self._before(at) == "V"
        return "TO" if controlled and low and not is_plural(low) else "PREP"

    def _when(self, at: int) -> str:
        """A conjunction where a verb follows in the same clause, a preposition otherwise."""
        for ahead in range(at + 1, len(self._tagged)):
            low, kind = self._low(ahead), self._peek(ahead)
            if kind in {",", ".", ":", "(", ")", "SUB"}:
                break
            if kind in {"BE", "MOD"} or low in grammar.HAVE:
                return "SUB"
            if self._finite(ahead, at):
                return "SUB"
        return "PREP" if self._low(at) != "once" else "ADV"

    def _finite(self, ahead: int, start: int) -> bool:
        forms, low = verb_forms(self._low(ahead)), self._low(ahead)
        if "ing" in forms and ahead == start + 1:
            return True
        sure = ("third" in forms or "base" in forms) and next(iter(forms.values())) not in verbs.NOUN_TOO
        subject = ahead > start + 1
        if sure and subject:
            return True
        follows = self._peek(ahead + 1) in {"DET", "POSS", "PRO"}
        return (
            subject
            and ("third" in forms or ("base" in forms and is_plural(self._low(ahead - 1))))
            and (
                follows
                or self._low(ahead - 1) in grammar.PRONOUNS
                or low in {"pays", "starts", "ends", "closes", "begins"}
            )
        )

    def _participle_follows(self, at: int) -> bool:
        for ahead in range(at + 1, min(at + 4, len(self._tagged))):
            low = self._low(ahead)
            if "past" in verb_forms(low) or low in {"been", "being"} or (low.endswith("ed") and len(low) > 4):
                after = self._peek(ahead + 1)
                return not (after in {"", "N"} and self._nounish(ahead + 1)) or "get" in self._low(at)
            if low not in grammar.ADVERBS | grammar.NEGATIONS and not low.endswith("ly"):
                return False
        return False

    # verbs --------------------------------------------------------------------------------------------------------

    def _verb(self, at: int, low: str, forms: dict[str, str]) -> tuple[str, str, str] | None:
        before = self._before(at)
        if "past" in forms and (kind := self._past(at, before, forms)):
            return kind, forms["past"], "past"
        for form in ("base", "third"):
            if form in forms and self._present(at, before, form, forms[form]):
                return "V", forms[form], form
        if "ing" in forms and (kind := self._gerund(at, before)):
            return kind, forms["ing"], "ing"
        return self._unknown_verb(at, before, low) if not forms else None

    def _present(self, at: int, before: str, form: str, base: str) -> bool:
        if before in {"MOD", "TO", "DO"} or (before == "NEG" and self._before(self._behind(at)) in {"MOD", "DO", "TO"}):
            return form == "base"
        if before in {"DET", "POSS", "OWN", "ADJ", "NUM", "PREP", "BE", "LIM"}:
            return before == "ADJ" and base not in verbs.NOUN_TOO and self._peek(at + 1) in _NOMINAL
        noun_too = base in verbs.NOUN_TOO or base in nouns.FIELD_TYPES
        if before in {"PRO", "REL"}:
            return not noun_too or self._peek(at + 1) not in {"BE", "MOD"}
        if before in {"N", "TIME", ")"}:
            return self._after_noun(at, form, noun_too=noun_too)
        if before in {"CC", ",", ":", "START", "SUB", ".", "("}:
            return self._in_series(at, before, form, base, noun_too=noun_too)
        return not noun_too

    def _after_noun(self, at: int, form: str, *, noun_too: bool) -> bool:
        after, subject = self._peek(at + 1), self._before_low(at)
        if after in {"BE", "MOD", "DO", "REL", "that?"} or (after == "" and self._surely_verb(at + 1)):
            return False
        plural = is_plural(subject) or subject in people.STAFF_PLURAL or self._enabled(at) or self._joined_subject(at)
        if form == "base":
            return plural and (not noun_too or after != "END")
        if plural and subject not in people.STAFF_PLURAL:
            return False
        return (
            not noun_too
            or (
                after in {*_NOMINAL, "TIME", "PREP", "that?", "to?", "when?", "SUB", "", "ADV", "both?"}
                and (not self._verb_ahead(at))
            )
            or (after in {"END", ".", ","} and self._lacks_verb(at))
        )

    def _lacks_verb(self, at: int) -> bool:
        """Whether a word ends a clause that has no verb but this: when the shop closes."""
        back = at - 1
        while back >= 0 and self._peek(back) in {"N", "ADJ"}:
            back -= 1
        happens = self._low(at).removesuffix("s") in verbs.ENDING | _BEGINNING
        return happens and back > 0 and self._peek(back) in {"DET", "POSS"} and self._peek(back - 1) == "SUB"

    def _in_series(self, at: int, before: str, form: str, forms_base: str, *, noun_too: bool) -> bool:
        after = self._peek(at + 1)
        if after in {"BE", "MOD", "DO", "REL"} or (after == "" and self._surely_verb(at + 1)):
            return False
        objects = after in {"DET", "POSS", "PRO", "both?", "TIME", "to?"} or self._nounish(at + 1)
        last = self._last_verb(at)
        if before in {"START", ".", ":", "("} or last is None:
            plural = is_plural(self._low(at + 1)) or after in {"DET", "POSS", "PRO"}
            return form == "base" and objects and (plural or not noun_too)
        if before == "SUB":
            return not noun_too
        if self._before_before(at) in {"V", "VREL"} and last.form == form:
            return True
        if not noun_too:
            return True
        if self._low(at + 1) in verbs.PHRASAL.get(forms_base, ()) and (last.form == form or self._nounish(at + 2)):
            return True
        if last.form == form == "base" and after in {"PREP", "TIME", "END", ".", ",", "SUB", "when?", "ADV"}:
            low = self._low(at)
            return (
                low not in TYPE_OF_FIELD
                and low not in nouns.UNCOUNTABLE
                and low in verbs.CREATING | verbs.ENDING | {"pay"}
            )
        return last.form == form and objects and not self._verb_ahead(at)

    def _past(self, at: int, before: str, forms: dict[str, str]) -> str:
        after = self._peek(at + 1)
        noun_follows = self._nounish(at + 1) and after not in {"DET", "POSS", "PRO"}
        if before in {"BE", "HAVE"} or (before == "NEG" and self._before(self._behind(at)) in {"BE", "HAVE"}):
            return "V"
        if "base" in forms and before in {"MOD", "TO", "DO", "NEG"}:
            return ""
        if before in {"CC", ","} and (last := self._last_verb(at)) and last.form == "past":
            return "" if noun_follows and self._verb_ahead(at) else "V"
        if before in {"DET", "POSS", "OWN", "ADJ", "NUM", "PREP", "START", "CC", ",", "V", "LIM", "SUB", "."}:
            return ""
        if "base" in forms:
            return ""
        if before == "PRO" or before == "REL":
            return "V"
        return self._past_after_noun(after, at)

    def _past_after_noun(self, after: str, at: int) -> str:
        if after in {"DET", "POSS", "PRO"} and not self._verb_ahead(at):
            return "V"
        return "VREL" if not self._nounish(at + 1) else ""

    def _gerund(self, at: int, before: str) -> str:
        after = self._peek(at + 1)
        objects = after in {"DET", "POSS", "PRO"} or self._nounish(at + 1)
        if before == "BE":
            return "V"
        if before in {"PREP", "SUB", "START", ":", "TO"}:
            return (
                "V"
                if objects or (after in {"PREP", "CC"} and self._low(at + 1) in {"up", "in", "out", "and", "or"})
                else ""
            )
        if before in {"CC", ","}:
            last = self._last_verb(at)
            return "V" if last is not None and last.form == "ing" and objects else ""
        if before == "V" and self._before_base(at) in {
            "start",
            "stop",
            "keep",
            "avoid",
            "like",
            "begin",
            "finish",
            "support",
        }:
            return "V" if objects else ""
        person = singular(self._before_low(at)) in people.PEOPLE | people.GENERIC_PEOPLE
        return "VREL" if before == "N" and objects and person and is_plural(self._before_low(at)) else ""

    def _unknown_verb(self, at: int, before: str, low: str) -> tuple[str, str, str] | None:
        after = self._peek(at + 1)
        if before in {"MOD", "DO", "TO"} or (before == "NEG" and self._before(self._behind(at)) in {"MOD", "DO", "TO"}):
            return ("V", low, "base") if low not in grammar.ADJECTIVES and not low.endswith("ly") else None
        if low.endswith("ed") and before in {"BE", "HAVE"}:
            return "V", base_of_unknown(low), "past"
        person = singular(self._before_low(at)) in people.PEOPLE | people.GENERIC_PEOPLE
        if before not in {"N", "PRO"} or not person or after not in {"DET", "POSS", "PRO"} or low in grammar.ADJECTIVES:
            return None
        if low.endswith("s") and not is_plural(self._before_low(at)):
            return "V", base_of_unknown(low), "third"
        return ("V", low, "base") if is_plural(self._before_low(at)) and not is_plural(low) else None

    # everything else ----------------------------------------------------------------------------------------------

    def _other(self, at: int, low: str, forms: dict[str, str]) -> str:
        if (
            low.endswith("ly")
            and len(low) > 4
            and low not in {"family", "supply", "reply", "assembly", "anomaly", "butterfly"}
        ):
            return "ADJ" if low in grammar.ADJECTIVES and self._nounish(at + 1) else "ADV"
        nominal = self._nounish(at + 1) and self._peek(at + 1) not in {"DET", "POSS", "PRO", "NUM"}
        if low in grammar.ADJECTIVES:
            return "ADJ"
        if nominal and ("past" in forms or low.endswith("ed") or _ADJECTIVE_ENDING.match(low)):
            return "ADJ"
        described = self._before(at) == "BE" or self._before_base(at) in {"become", "stay", "remain", "get"}
        if described and not nominal and not forms and _ADJECTIVE_ENDING.match(low):
            return "ADJ"
        if "past" in forms and "base" not in forms and self._before(at) == "BE":
            return "ADJ"
        if nominal and "ing" in forms and f"{low}_{singular(self._low(at + 1))}":
            return "ADJ"
        return "N"

    def _nounish(self, at: int) -> bool:
        """Whether a noun or what comes before one could stand here."""
        kind, low = self._peek(at), self._low(at)
        if kind in {"DET", "POSS", "N", "PRO", "ADJ", "NUM", "LIM"}:
            return True
        if kind == "TIME":
            mark = self._tagged[at].word.mark
            return (
                mark is not None and mark.kind in {"every", "span"} and " " not in mark.text and self._nounish(at + 1)
            )
        if kind == "both?":
            return True
        if kind:
            return False
        forms = verb_forms(low)
        if low.endswith("ly") and low not in grammar.ADJECTIVES:
            return False
        return not forms or "past" in forms or "ing" in forms or next(iter(forms.values())) in verbs.NOUN_TOO

    def _surely_verb(self, at: int) -> bool:
        forms = verb_forms(self._low(at))
        return bool({"base", "third"} & set(forms)) and next(iter(forms.values())) not in verbs.NOUN_TOO

    def _verb_ahead(self, at: int) -> bool:
        """Whether another verb, which needs this word as a noun, comes before the clause ends."""
        for ahead in range(at + 1, len(self._tagged)):
            kind = self._peek(ahead)
            if kind in {",", ".", ":", "(", "SUB", "when?", "that?", "REL", "CC", "to?", "PREP"}:
                return False
            if kind in {"BE", "MOD"} or (not kind and ahead > at + 1 and self._surely_verb(ahead)):
                return True
        return False

    def _enabled(self, at: int) -> bool:
        """Whether "lets a patient ..." comes before, so that a base form is the verb."""
        for behind in range(at - 1, -1, -1):
            if self._tagged[behind].tag == "V":
                return self._tagged[behind].base in verbs.ENABLING
        return False

    def _joined_subject(self, at: int) -> bool:
        """Whether "sellers and buyer ..." makes a plural subject."""
        return any(self._tagged[behind].low == "and" for behind in range(max(0, at - 4), at)) and not self._last_verb(
            at
        )

    def _last_verb(self, at: int) -> Tagged | None:
        return next((each for each in reversed(self._tagged[:at]) if each.tag in {"V", "VREL"}), None)

    def _low(self, at: int) -> str:
        return self._tagged[at].low if 0 <= at < len(self._tagged) else ""

    def _peek(self, at: int) -> str:
        return self._tagged[at].tag if 0 <= at < len(self._tagged) else "END"

    def _behind(self, at: int) -> int:
        """The place of the word before, adverbs and what limits a noun left out."""
        behind = at - 1
        while behind >= 0 and self._tagged[behind].tag == "ADV":
            behind -= 1
        if behind > 0 and self._tagged[behind].tag in {"LIM", "TIME"} and self._tagged[behind - 1].tag in {"N", "V"}:
            behind -= 1
        return behind

    def _before(self, at: int) -> str:
        behind = self._behind(at)
        return self._tagged[behind].tag if behind >= 0 else "START"

    def _before_before(self, at: int) -> str:
        return self._before(self._behind(at))

    def _before_low(self, at: int) -> str:
        return self._low(self._behind(at))

    def _before_base(self, at: int) -> str:
        behind = self._behind(at)
        return self._tagged[behind].base if behind >= 0 else ""
