"""Which nouns of a description are people, which are things, and what each is called throughout."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from skafu.planning.language.clauses import Clause, Reading
from skafu.planning.language.phrases import Noun, is_person
from skafu.planning.lexicon import grammar, nouns, outside, people, words
from skafu.planning.lexicon.fields import TYPE_OF_FIELD

SITUATIONAL = frozenset({"winner", "recipient", "receiver", "party", "loser", "other", "requester", "requestor"})
_PLACE_HEADS = frozenset({"spot", "space", "slot", "point", "seat", "lot"})
_GENERIC_FALLBACK = "user"
_SPOKEN_OF = {
    "application": words(
        "apply submit review approve reject accept withdraw assess process file receive evaluate send"
    ),
    "module": words("enroll enrol attend take teach pass join book study"),
}
"""Words for the system itself that are things after all, where one of these is done to them."""


def nouns_of(clause: Clause) -> Iterator[Noun]:
    """Give the noun phrases of a clause, outer ones before the ones inside."""
    groups = [clause.subjects, clause.objects, *(found for _, found in clause.obliques)]
    if clause.antecedent is not None:
        groups.append((clause.antecedent,))
    for group in groups:
        for noun in group:
            yield from inner_nouns(noun)


def inner_nouns(noun: Noun) -> Iterator[Noun]:
    """Give a noun phrase and the ones in it."""
    yield noun
    for inside in (noun.owner, noun.of):
        if inside is not None:
            yield from inner_nouns(inside)


@dataclass(slots=True)
class Vocabulary:
    """The nouns of one description."""

    heads: Counter[str] = field(default_factory=Counter)
    names: Counter[str] = field(default_factory=Counter)
    plurals: Counter[str] = field(default_factory=Counter)
    roles: list[str] = field(default_factory=list)
    place: str = ""
    generic: str = _GENERIC_FALLBACK
    spoken_of: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, readings: Iterable[Reading]) -> "Vocabulary":
        """Count the nouns of a text and find out who "people" are."""
        vocabulary, seen, acting = cls(), list[Noun](), list[Noun]()
        for reading in readings:
            for clause in reading.clauses:
                vocabulary.spoken_of |= _spoken_of(clause)
                seen += nouns_of(clause)
                acting += [] if clause.verb.passive else clause.subjects
            seen += [inner for noun in reading.loose for inner in inner_nouns(noun)]
        for noun in dict.fromkeys(seen):
            vocabulary._count(noun)
        vocabulary.generic = vocabulary._generic(seen, acting)
        return vocabulary

    def _count(self, noun: Noun) -> None:
        if noun.pronoun:
            return
        self.heads[noun.head] += 1
        self.names[self._long(noun)] += 1
        self.plurals[noun.head] += noun.plural
        role = self._plain_role(noun) if "next" not in noun.adjectives else ""
        if role and role not in self.roles:
            self.roles.append(role)

    def _generic(self, seen: list[Noun], acting: list[Noun]) -> str:
        doing = [role for noun in acting if (role := self._plain_role(noun))]
        owning = [
            role
            for role in dict.fromkeys([*doing, *self.roles])
            if role.split()[-1] not in people.EMPLOYED and role not in SITUATIONAL
        ]
        leading = next((role for role in owning if role in people.LEADING and role in doing), "")
        place = next(
            (people.PLACES[word] for noun in seen for word in (noun.head, *noun.before) if word in people.PLACES), ""
        )
        self.place = place
        return leading or (owning[0] if owning else "") or place or _GENERIC_FALLBACK

    # people -------------------------------------------------------------------------------------------------------

    def _plain_role(self, noun: Noun) -> str:
        if noun.pronoun or not is_person(noun.head):
            return ""
        last = noun.head.rpartition("_")[2]
        if last in people.GENERIC_PEOPLE and noun.head == last:
            return self._before_person(noun)
        return noun.head.replace("_", " ") if "_" in noun.head else self._before_person(noun) or noun.head

    def _before_person(self, noun: Noun) -> str:
        """Keep what tells one kind from another: `warehouse worker`, but not `hungry people`."""
        known = [
            word
            for word in noun.before
            if is_person(word) or word in {"support", "delivery", "hotel", "school", "shop"}
        ]
        if noun.head in people.GENERIC_PEOPLE or noun.head in people.STAFF_PLURAL:
            return known[-1] if known else ""
        return f"{known[-1]} {noun.head}" if known else ""

    def role(self, noun: Noun) -> str:
        """Give the role of a noun phrase; nothing when it is no person."""
        if noun.pronoun:
            return self.generic if noun.head in people.GENERIC_PEOPLE | grammar.PEOPLE_PRONOUNS else ""
        if not is_person(noun.head):
            return ""
        role = self._plain_role(noun) or self.generic
        if role in SITUATIONAL and len(self.roles) > 1:
            return ""
        return role

    # things -------------------------------------------------------------------------------------------------------

    def _long(self, noun: Noun) -> str:
        kept = [word for word in noun.before if self._tells_apart(word)]
        return " ".join([*kept[-1:], noun.head]).replace("_", " ")

    def _tells_apart(self, word: str) -> bool:
        vague = word in nouns.VAGUE or word in nouns.SYSTEMS or word in outside.BRANDS
        return not is_person(word) and not vague and word.isalpha() and word not in {"new", "online", "user"}

    def thing(self, noun: Noun) -> str:
        """Give the name of a thing as it is used throughout; nothing for people, pronouns and vague words."""
        if noun.pronoun or is_person(noun.head) or not noun.head[:1].isalpha() or noun.head in grammar.ADJECTIVES:
            return ""
        head = noun.head.replace("_", " ")
        if not noun.before and head in _PLACE_HEADS:
            longer = [name for name in self.names if name.endswith(f" {head}")]
            if len(longer) == 1:
                return longer[0]
        if (
            head in nouns.VAGUE
            or noun.head in nouns.VAGUE
            or noun.head in outside.BRANDS
            or noun.head in outside.CHANNELS
        ):
            return ""
        return self.canonical(noun)

    def canonical(self, noun: Noun) -> str:
        """Give the shortest name that tells it from others: `note` for "visit notes" where notes stand alone too."""
        long, head = self._long(noun), noun.head.replace("_", " ")
        if long == head or self.names[head]:
            rivals = [name for name in self.names if name.endswith(f" {head}") and name != long]
            return head if not (long != head and rivals) else long
        return long

    def is_system(self, noun: Noun) -> bool:
        """Whether the noun is the system itself, or who runs it."""
        if noun.head in self.spoken_of:
            return False
        return not noun.pronoun and (noun.head in nouns.SYSTEMS or noun.head in {"we", "us"})

    def is_field(self, noun: Noun) -> bool:
        """Whether the noun is an attribute of something."""
        return not noun.pronoun and field_name(noun) in TYPE_OF_FIELD


def _spoken_of(clause: Clause) -> set[str]:
    heads = {noun.head for noun in nouns_of(clause)} | ({"application"} if clause.verb.base == "apply" else set())
    return {word for word, verbs in _SPOKEN_OF.items() if word in heads and clause.verb.base in verbs}


def field_name(noun: Noun) -> str:
    """Give the name of an attribute: `start_price`; only the words that make another attribute of it are kept."""
    for name in ("_".join((*noun.before[-1:], noun.head)), noun.head):
        if name in TYPE_OF_FIELD:
            return name
    return noun.head
