"""Who and what a clause is about, with pronouns and left-out words filled in from what was said before."""

from collections import Counter
from dataclasses import dataclass, field

from skafu.planning.language.clauses import Clause
from skafu.planning.language.phrases import Noun
from skafu.planning.lexicon import grammar, people, words
from skafu.planning.lexicon.nouns import STRONG_FIELDS
from skafu.planning.meaning.story import Act
from skafu.planning.meaning.vocabulary import SITUATIONAL, Vocabulary, field_name

DITRANSITIVE = words("offer give send show assign sell lend grant award pay teach hand charge")
TO_PEOPLE = words("refund reimburse charge bill inform notify tell remind compensate fine")
OBJECT_BEHIND = {
    "sign_up": ("for", "to"),
    "enroll": ("in", "for", "on", "at"),
    "register": ("for", "at"),
    "subscribe": ("to",),
    "apply": ("for", "to"),
    "vote": ("on", "for", "per", "in"),
    "comment": ("on",),
    "reply": ("to",),
    "respond": ("to",),
    "bid": ("on", "for"),
    "pay": ("for",),
    "participate": ("in",),
    "check_in": ("to", "for", "at"),
    "react": ("to",),
    "check_out": ("of", "from"),
    "donate": ("to", "for"),
    "contribute": ("to",),
    "complain": ("about",),
    "log_in": ("to",),
    "opt_in": ("to",),
    "opt_out": ("of",),
    "unsubscribe": ("from",),
    "withdraw": ("from",),
    "go": ("on", "to"),
    "search": ("for",),
    "look": ("for", "at"),
    "wait": ("for",),
    "ask": ("for",),
    "respond_to": (),
    "follow_up": ("on",),
    "dispose": ("of",),
    "object": ("to",),
    "rsvp": ("to", "for"),
    "attend": ("to",),
    "work": ("on",),
    "join": ("in", "on"),
    "move": ("to", "into"),
    "keep_track": ("of",),
    "look_for": ("for",),
    "check": ("on",),
    "take_care": ("of",),
    "deal": ("with",),
    "report": ("on",),
    "unenroll": ("from",),
    "drop_out": ("of",),
    "cancel": ("of",),
}
"""Verb -> prepositions behind which its object stands."""


@dataclass(slots=True)
class Discourse:
    """What was spoken of last."""

    vocabulary: Vocabulary
    thing: Noun | None = None
    things: Noun | None = None
    role: str = ""
    person: str = ""
    doer: str = ""
    focus: str = ""
    focused_in: int = -1
    mentions: Counter[str] = field(default_factory=Counter)
    storyteller: str = ""
    verbs: list[str] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    records: set[str] = field(default_factory=set)
    attributes: dict[str, dict[str, str]] = field(default_factory=dict)

    def agents(self, clause: Clause) -> list[str]:
        """Give the roles that do it; none where nobody is named."""
        if clause.verb.passive:
            return self._roles(clause.after("by"))
        teller = self._roles(clause.after("as")) if clause.after("as") and self._told_by_i(clause) else []
        if teller:
            self.storyteller = teller[0]
            return teller
        return self._roles(clause.subjects)

    def _told_by_i(self, clause: Clause) -> bool:
        return any(noun.pronoun and noun.head in {"i", "we"} for noun in clause.subjects)

    def _roles(self, found: tuple[Noun, ...]) -> list[str]:
        roles = [role for noun in found for role in (self._both() if noun.head == "both" else [self.role_of(noun)])]
        return list(dict.fromkeys(role for role in roles if role))

    def _both(self) -> list[str]:
        acting = [role for act in self.acts for role in act.roles]
        return list(dict.fromkeys(acting))[:2]

    def role_of(self, noun: Noun) -> str:
        """Give the role of a noun or pronoun."""
        if noun.pronoun:
            return self._pronoun_role(noun.head)
        return self.vocabulary.role(noun) or self._situational(noun)

    def _situational(self, noun: Noun) -> str:
        """The winner is who bid last, the recipient who was spoken of."""
        return (self.doer or self.vocabulary.generic) if noun.head in SITUATIONAL else ""

    def _pronoun_role(self, head: str) -> str:
        if head in {"i", "we", "me", "us"}:
            return self.storyteller or (
                "staff" if head in {"we", "us"} or self.vocabulary.place else self.vocabulary.generic
            )
        if head in {"they", "he", "she", "them", "him", "her"}:
            return self.role or self.vocabulary.generic
        if head in grammar.NOBODY:
            return self.person or self.vocabulary.generic
        if head in {"everybody", "everyone"} and self.vocabulary.generic not in self.vocabulary.roles:
            return self.person or self.vocabulary.generic
        return self.vocabulary.generic if head in grammar.PEOPLE_PRONOUNS else ""

    def patients(self, clause: Clause) -> tuple[Noun, ...]:
        """Give what it is done to, pronouns replaced by what they stand for."""
        if clause.verb.passive:
            given = clause.verb.base in DITRANSITIVE and clause.objects
            found = clause.objects if given else clause.subjects
            if clause.verb.base in TO_PEOPLE and any(noun.pronoun for noun in found):
                return found
        else:
            found = clause.objects or self._behind(clause)
        return tuple(self.resolved(noun) for noun in found)

    def _behind(self, clause: Clause) -> tuple[Noun, ...]:
        return clause.after(*OBJECT_BEHIND.get(clause.verb.base, ()))

    def resolved(self, noun: Noun) -> Noun:
        """Give the noun that a pronoun stands for, or the noun itself."""
        if not noun.pronoun:
            return noun if noun.head != "one" else (self.things or self.thing or noun)
        if noun.head in {"it", "itself", "this", "that"}:
            return self.thing or self.things or noun
        if noun.head in {"them", "they", "those", "these", "others", "both"}:
            return self.things or self.thing or noun
        return noun

    def about(self, clause: Clause) -> str:
        """Give the thing that a clause without one is about: that of the sentence, else the one most is done to."""
        if self.focus and self.focused_in == clause.sentence:
            return self.focus
        heaviest = self.heaviest()
        return heaviest if heaviest and self._weight(heaviest) > self._weight(self.focus) else self.focus

    def heaviest(self) -> str:
        """Give the thing that most is done to."""
        return max(
            dict.fromkeys(act.thing for act in self.acts if act.thing != "reading"), key=self._weight, default=""
        )

    def _weight(self, name: str) -> tuple[int, int]:
        return sum(act.thing == name for act in self.acts), self.mentions[name]

    def listen(self, clause: Clause) -> None:
        """Remember what a clause speaks of."""
        for noun in (*clause.subjects, *(each for _, found in clause.obliques for each in found), *clause.objects):
            self._remember(noun)

    def hear(self, noun: Noun) -> None:
        """Remember a noun that stands alone."""
        self._remember(noun)

    def _remember(self, noun: Noun) -> None:
        if noun.pronoun:
            return
        role = self.vocabulary.role(noun)
        if role:
            self.person = role
            if role not in people.EMPLOYED or not self.role or noun.plural:
                self.role = role
            return
        if not self.vocabulary.thing(noun) or self.vocabulary.is_system(noun) or field_name(noun) in STRONG_FIELDS:
            return
        if noun.plural:
            self.things = noun
        else:
            self.thing = noun
