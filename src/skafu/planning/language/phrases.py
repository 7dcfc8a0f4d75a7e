"""Puts tagged words together to noun phrases, verb groups and the words between them."""

from dataclasses import dataclass, field, replace

from skafu.planning.language.marks import Mark
from skafu.planning.language.morphology import is_plural, singular
from skafu.planning.language.word_classes import Tagged
from skafu.planning.lexicon import acts, grammar, people, verbs


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun phrase.

    Attributes:
        head: its noun in the singular, or the pronoun.
        before: nouns in front of the head, in the singular: `support` of "support tickets".
        adjectives: adjectives and participles (as they stand) in front of it.
        participles: the verbs whose participle stands in front of it: `pay` of "paid orders".
        owner: whose it is: "the site's technician", or the pronoun of "their cart".
        of: what comes after "of".
        plural: whether the head stands in the plural.
        pronoun: whether it is a pronoun.
        count: "12,000 sensors".
        mark: a time or limit inside: "monthly report", "differences above 50 euros".
        text: the words as they stand.
    """

    head: str
    before: tuple[str, ...] = ()
    adjectives: tuple[str, ...] = ()
    participles: tuple[str, ...] = ()
    owner: "Noun | None" = None
    of: "Noun | None" = None
    plural: bool = False
    pronoun: bool = False
    determined: bool = False
    negative: bool = False
    count: int = 0
    mark: Mark | None = None
    text: str = ""

    @property
    def name(self) -> str:
        """Head with the nouns before it: `support ticket`."""
        return " ".join((*self.before, self.head)).replace("_", " ")

    @property
    def is_person(self) -> bool:
        """Whether it is people or an organisation that acts."""
        return is_person(self.head) if not self.pronoun else self.head in grammar.PEOPLE_PRONOUNS


def is_person(head: str) -> bool:
    """Whether a noun in the singular is a person's or a team's; of words joined by _ the last one decides."""
    last = head.rpartition("_")[2]
    return last in people.PEOPLE or last in people.GENERIC_PEOPLE or head in people.PEOPLE


@dataclass(frozen=True, slots=True)
class VerbGroup:
    """A verb with what belongs to it.

    Attributes:
        base: the verb; a particle is joined to it: `pick_up`.
        form: base, third, past or ing.
        passive: whether the subject is what it is done to.
        modal: can, must, want, ...; nothing otherwise.
        negated: not, never, or the subject is nobody.
        reduced: "orders placed by customers": belongs to the noun before it.
        infinitive: whether "to" stands before it.
    """

    base: str
    form: str
    passive: bool = False
    modal: str = ""
    negated: bool = False
    reduced: bool = False
    infinitive: bool = False


@dataclass(frozen=True, slots=True)
class Chunk:
    """A part of a sentence: `kind` is NOUN, VERB, or the tag of a single word."""

    kind: str
    low: str = ""
    nouns: tuple[Noun, ...] = ()
    verb: VerbGroup | None = None
    mark: Mark | None = None


@dataclass(slots=True)
class _Cursor:
    words: list[Tagged]
    at: int = 0
    chunks: list[Chunk] = field(default_factory=list)

    def tag(self, ahead: int = 0) -> str:
        place = self.at + ahead
        return self.words[place].tag if place < len(self.words) else "END"

    def low(self, ahead: int = 0) -> str:
        place = self.at + ahead
        return self.words[place].low if place < len(self.words) else ""

    def take(self) -> Tagged:
        self.at += 1
        return self.words[self.at - 1]


def chunks_of(tagged: list[Tagged]) -> list[Chunk]:
    """Give the parts of a sentence in order."""
    cursor = _Cursor(tagged)
    while cursor.at < len(tagged):
        chunk = _noun(cursor) or _verb(cursor) or _single(cursor)
        if chunk is not None:
            cursor.chunks.append(chunk)
    return _with_particles(cursor.chunks)


def _single(cursor: _Cursor) -> Chunk | None:
    word = cursor.take()
    if word.tag in {"ADV", "NEG", "OWN", "DET", "POSS", "HAVE", "DO"}:
        return Chunk("NEG", word.low) if word.tag == "NEG" else None
    return Chunk(word.tag, word.low, mark=word.word.mark)


# noun phrases -----------------------------------------------------------------------------------------------------


def _noun(cursor: _Cursor) -> Chunk | None:
    start = cursor.at
    noun = _one_noun(cursor)
    if noun is None:
        cursor.at = start
        return None
    return Chunk("NOUN", noun.text, nouns=(noun,))


def _one_noun(cursor: _Cursor) -> Noun | None:
    start = cursor.at
    if cursor.tag() == "PRO":
        low = cursor.take().low
        return Noun(
            low,
            pronoun=True,
            plural=low in {"them", "they", "we", "us", "those"},
            negative=low in grammar.NOBODY,
            text=low,
        )
    noun = _plain_noun(cursor)
    if noun is None:
        return None
    while cursor.tag() == "OWN":
        cursor.take()
        owned = _plain_noun(cursor)
        if owned is None:
            break
        noun = replace(owned, owner=noun)
    noun = _with_limit(cursor, noun)
    if cursor.low() == "of" and cursor.tag() == "PREP":
        kept = cursor.at
        cursor.take()
        of = _one_noun(cursor)
        if of is None and cursor.tag() == "LIM" and noun.mark is None:
            noun = replace(noun, mark=cursor.take().word.mark)
        elif of is None:
            cursor.at = kept
        else:
            noun = replace(noun, of=of)
    return replace(noun, text=" ".join(word.word.text for word in cursor.words[start : cursor.at]))


def _with_limit(cursor: _Cursor, noun: Noun) -> Noun:
    """Take a limit into the phrase where no verb leads to it: "differences above 50 euros"."""
    if cursor.tag() == "LIM" and noun.mark is None and cursor.tag(1) not in {"DET", "N"}:
        return replace(noun, mark=cursor.take().word.mark)
    return noun


@dataclass(slots=True)
class _Parts:
    owner: Noun | None = None
    determined: bool = False
    negative: bool = False
    count: int = 0
    mark: Mark | None = None
    adjectives: list[str] = field(default_factory=list)
    participles: list[str] = field(default_factory=list)
    nouns: list[str] = field(default_factory=list)


def _plain_noun(cursor: _Cursor) -> Noun | None:
    start, parts = cursor.at, _Parts()
    while _take_part(cursor, parts):
        pass
    if not parts.nouns and not (parts.adjectives and parts.determined):
        cursor.at = start
        return None
    if not parts.nouns:
        parts.nouns, parts.adjectives = [parts.adjectives[-1]], parts.adjectives[:-1]
    *before, head = parts.nouns
    return Noun(
        singular(head), tuple(singular(word) for word in before), tuple(parts.adjectives), tuple(parts.participles),
        parts.owner, None, is_plural(head), determined=parts.determined, negative=parts.negative, count=parts.count,
        mark=parts.mark,
    )  # fmt: skip


def _take_part(cursor: _Cursor, parts: _Parts) -> bool:
    kind = cursor.tag()
    if parts.nouns and (kind != "N" or _ends_circumstance(cursor, parts)):
        return False
    if kind in {"TIME", "LIM"} and not _inside_noun(cursor):
        return False
    if kind not in {"DET", "POSS", "ADJ", "NUM", "N", "TIME", "LIM"}:
        return False
    if kind in {"DET", "POSS"} and parts.adjectives:
        return False
    word = cursor.take()
    if kind == "POSS":
        parts.owner = Noun(word.low, pronoun=True, text=word.low)
    elif kind == "NUM":
        parts.count = _number(word.low)
    elif kind in {"TIME", "LIM"}:
        parts.mark = word.word.mark
    elif kind == "ADJ":
        parts.adjectives.append(word.low)
        parts.participles += [word.base] if word.base else []
    elif kind == "N":
        parts.nouns.append(word.low)
    parts.negative |= kind == "DET" and word.low in {"no", "neither"}
    parts.determined |= kind in {"DET", "POSS"}
    return True


def _ends_circumstance(cursor: _Cursor, parts: _Parts) -> bool:
    """Whether the subject starts here: "after delivery | customers can ..."."""
    before = cursor.chunks[-1].low if cursor.chunks else ""
    return (
        before in {"after", "before", "during", "on", "upon"}
        and parts.nouns[-1] in acts.NOMINAL
        and not parts.determined
        and is_person(singular(cursor.low()))
    )


def _inside_noun(cursor: _Cursor) -> bool:
    mark = cursor.words[cursor.at].word.mark
    if mark is None or cursor.tag(1) not in {"N", "ADJ"}:
        return False
    if mark.kind == "every":
        return " " not in mark.text
    return mark.kind in {"span", "amount"} or (mark.kind == "limit" and not mark.unit and not mark.relative)


def _number(low: str) -> int:
    digits = low.replace(",", "").partition(".")[0]
    return int(digits[:9]) if digits.isdigit() else grammar.NUMBERS.get(low, 0)


# verb groups ------------------------------------------------------------------------------------------------------


def _verb(cursor: _Cursor) -> Chunk | None:
    start = cursor.at
    modal, negated, be, infinitive = "", False, False, False
    while cursor.tag() in {"MOD", "BE", "HAVE", "DO", "NEG", "ADV", "TO"}:
        word = cursor.take()
        negated |= word.tag == "NEG"
        be |= word.tag == "BE"
        infinitive |= word.tag == "TO"
        modal = word.low if word.tag == "MOD" else modal
    if cursor.tag() not in {"V", "VREL"}:
        if be:
            return Chunk(
                "VERB", "be", verb=VerbGroup("be", "third", modal=modal, negated=negated, infinitive=infinitive)
            )
        cursor.at = start
        return None
    word = cursor.take()
    passive = (be and word.form == "past") or (word.tag == "VREL" and word.form == "past")
    passive = passive or (word.form == "past" and not infinitive and not modal and _continues_passive(cursor))
    group = VerbGroup(word.base, word.form, passive, modal, negated, word.tag == "VREL", infinitive)
    return Chunk("VERB", word.low, verb=_through_control(cursor, group))


def _continues_passive(cursor: _Cursor) -> bool:
    """Whether the participle shares the "is" of a verb before it: "is extracted and matched"."""
    last = next((chunk.verb for chunk in reversed(cursor.chunks) if chunk.verb), None)
    joint = cursor.chunks[-1].kind if cursor.chunks else ""
    return last is not None and last.passive and last.form == "past" and joint in {"CC", ","}


def _through_control(cursor: _Cursor, group: VerbGroup) -> VerbGroup:
    """Read "want to see" as see, wanted; "fail to pay" as not paying."""
    controls = group.base in verbs.CONTROLLING or group.base in {"fail", "start", "stop", "begin", "choose", "decide"}
    if not controls or cursor.tag() != "TO":
        return group
    kept = cursor.at
    inner = _verb(cursor)
    if inner is None or inner.verb is None:
        cursor.at = kept
        return group
    failing = group.base in {"fail", "forget", "stop"}
    return replace(
        inner.verb, modal=group.base, negated=group.negated != (inner.verb.negated or failing), infinitive=False
    )


def _with_particles(chunks: list[Chunk]) -> list[Chunk]:
    """Join particles to their verbs: "signs up", "picks the rider up"."""
    found: list[Chunk] = []
    for chunk in chunks:
        at = _verb_of_particle(found, chunk)
        if at is None:
            found.append(chunk)
            continue
        verb = found[at].verb
        if verb is not None:
            found[at] = replace(found[at], verb=replace(verb, base=f"{verb.base}_{chunk.low}"))
    return [_same(_as_preposition(found, at, chunk)) for at, chunk in enumerate(found)]


def _as_preposition(chunks: list[Chunk], at: int, chunk: Chunk) -> Chunk:
    """Read "after delivery customers can ..." with a preposition, not with a conjunction."""
    following = [each.kind for each in chunks[at + 1 : at + 3]]
    return replace(chunk, kind="PREP") if chunk.kind == "SUB" and following == ["NOUN", "NOUN"] else chunk


def _verb_of_particle(found: list[Chunk], chunk: Chunk) -> int | None:
    if chunk.kind != "PREP" or not found:
        return None
    at = len(found) - 1
    if found[at].kind == "NOUN" and len(found) > 1:
        at -= 1
    verb = found[at].verb
    if verb is None or "_" in verb.base or chunk.low not in verbs.PHRASAL.get(verb.base, ()):
        return None
    return at


def _same(chunk: Chunk) -> Chunk:
    if chunk.verb is None or chunk.verb.base not in verbs.SAME_AS:
        return chunk
    return replace(chunk, verb=replace(chunk.verb, base=verbs.SAME_AS[chunk.verb.base]))
