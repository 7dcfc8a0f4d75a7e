"""Reads who does what to what, when and under which condition: the clauses of a sentence."""

from dataclasses import dataclass, field, replace

from skafu.planning.language.marks import Mark
from skafu.planning.language.phrases import Chunk, Noun, VerbGroup, chunks_of
from skafu.planning.language.tagging import tag
from skafu.planning.language.words import Sentence
from skafu.planning.lexicon import acts, verbs

_FINITE_BREAKS = frozenset({",", ".", ":", "(", ")"})


@dataclass(slots=True, eq=False)
class Clause:
    """A verb with its subject, objects and circumstances.

    Attributes:
        verb: what happens.
        subjects: who does it, or, of a passive verb, what it is done to; inherited from the clause before where the
            sentence leaves it out.
        objects: what it is done to.
        obliques: (preposition, nouns) in order.
        marks: spans of time and limits.
        complement: the adjective after "be".
        link: main, or the word that makes it depend on another: when, if, unless, after, before, until, so_that,
            relative, asked, purpose, gerund, ...
        governs: the clause whose condition or time it says.
        antecedent: the noun that a relative clause describes.
        alternative: whether "or" stands before it.
        inherited: whether the subject is that of the clause before.
        sentence: number of the sentence in the text.
    """

    verb: VerbGroup
    subjects: tuple[Noun, ...] = ()
    objects: tuple[Noun, ...] = ()
    obliques: list[tuple[str, tuple[Noun, ...]]] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    complement: str = ""
    link: str = "main"
    governs: "Clause | None" = None
    antecedent: Noun | None = None
    alternative: bool = False
    inherited: bool = False
    sentence: int = 0
    place: tuple[tuple[str, tuple[Noun, ...]], ...] = ()

    def after(self, *prepositions: str) -> tuple[Noun, ...]:
        """Give the nouns behind the first of some prepositions."""
        return next((nouns for preposition, nouns in self.obliques if preposition in prepositions), ())

    def mark(self, *kinds: str) -> Mark | None:
        """Give the first span or limit of some kinds."""
        return next((mark for mark in self.marks if mark.kind in kinds), None)


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence, its clauses in order, and the nouns that belong to no verb."""

    sentence: Sentence
    clauses: tuple[Clause, ...]
    loose: tuple[Noun, ...]


def read_sentence(sentence: Sentence, number: int) -> Reading:
    """Read the clauses of one sentence."""
    reader = _Reader(chunks_of(tag(sentence.words)), number)
    clauses = reader.read()
    _govern(clauses)
    return Reading(sentence, tuple(clauses), tuple(reader.loose))


def _govern(clauses: list[Clause]) -> None:
    """Tie each condition to what it conditions: the next main clause if the sentence starts with it, else the last."""
    for at, clause in enumerate(clauses):
        if clause.link in {"main", "relative", "purpose", "gerund", "asked"}:
            continue
        before = [each for each in clauses[:at] if each.link in {"main", "purpose", "relative"}]
        after = [each for each in clauses[at + 1 :] if each.link == "main"]
        leads = clause.place == (("leads", ()),) or not before
        found = (after or before) if leads else before[-1:]
        clause.governs = found[0] if found else None


class _Reader:
    """One pass over the chunks of a sentence."""

    def __init__(self, chunks: list[Chunk], number: int) -> None:
        self._chunks = chunks
        self._number = number
        self._clauses: list[Clause] = []
        self._current: Clause | None = None
        self._waiting: list[Noun] = []
        self._held: list[Noun] = []
        self._lead: list[tuple[str, tuple[Noun, ...]]] = []
        self._lead_marks: list[Mark] = []
        self._preposition = ""
        self._link = "main"
        self._leads = False
        self._relative: Noun | None = None
        self._is_relative = False
        self._joint = "START"
        self._last_list = ""
        self._negated = False
        self.loose: list[Noun] = []

    def read(self) -> list[Clause]:
        for at, chunk in enumerate(self._chunks):
            if chunk.kind == "NOUN":
                self._take_noun(at, chunk.nouns[0])
            elif chunk.kind == "VERB" and chunk.verb is not None:
                self._take_verb(at, chunk.verb)
            else:
                self._take_other(at, chunk)
        self._drop_waiting()
        return self._clauses

    # words between ------------------------------------------------------------------------------------------------

    def _take_other(self, at: int, chunk: Chunk) -> None:
        kind = chunk.kind
        if kind == "PREP":
            self._preposition, self._last_list = chunk.low, ""
        elif kind == "SUB":
            self._start_subordinate(chunk.low)
        elif kind == "REL":
            self._start_relative(at)
        elif kind in _FINITE_BREAKS or kind == "CC":
            self._break(chunk)
        elif kind in {"TIME", "LIM"} and chunk.mark:
            self._take_mark(at, chunk.mark)
        elif kind == "ADJ":
            self._take_adjective(chunk.low)

    def _take_mark(self, at: int, mark: Mark) -> None:
        later = any(chunk.kind == "VERB" for chunk in self._chunks[at + 1 : at + 2])
        if self._current is not None and not (self._waiting and later):
            self._current.marks.append(mark)
        else:
            self._lead_marks.append(mark)
        anchored = mark.text.endswith(("before", "prior to", "ahead of", "after", "from")) and not later
        self._preposition = mark.kind if anchored else ""

    def _take_adjective(self, low: str) -> None:
        if self._current is not None and self._current.verb.base in {
            "be",
            "become",
            "stay",
            "get",
            "remain",
            "mark",
            "run",
        }:
            self._current.complement = self._current.complement or low

    def _start_subordinate(self, low: str) -> None:
        self._drop_waiting()
        self._leads = not [each for each in self._clauses if each.link == "main"] or self._joint in {
            ",",
            "and",
            "or",
            "but",
            "then",
            ".",
        }
        self._link, self._joint, self._preposition = low, "SUB", ""
        self._current = None

    def _start_relative(self, at: int) -> None:
        before = self._chunks[at - 1] if at else None
        self._relative = before.nouns[0] if before is not None and before.nouns else None
        if self._relative is None and self._joint == "," and self._waiting:
            self._relative = self._waiting[-1]
        self._is_relative, self._joint = True, "REL"
        if self._waiting:
            self._held, self._waiting = self._waiting, []

    def _break(self, chunk: Chunk) -> None:
        if chunk.kind in {".", ":", "(", ")"}:
            self._drop_waiting()
            self._link = "main"
            self._current = self._current if chunk.kind == ")" else None
            self._lead, self._lead_marks = [], []
        if chunk.kind in {",", "CC"} and self._current is None and self._nominal():
            self._drop_waiting()
        if chunk.kind == "," and self._link != "main" and self._joint != "SUB" and self._clauses:
            self._link, self._current = "main", None
        self._joint = chunk.low if chunk.kind == "CC" else chunk.kind
        self._preposition = ""

    def _nominal(self) -> bool:
        last = self._waiting[-1] if self._waiting else None
        return last is not None and last.of is not None and last.head in acts.NOMINAL and not self._is_relative

    def _drop_waiting(self) -> None:
        """Read "approval of invoices by managers" as a clause; other nouns without a verb stay loose."""
        of: Noun | None = None
        found: list[Clause] = []
        for noun in reversed(self._waiting):
            of = noun.of or of
            verb = acts.NOMINAL.get(noun.head)
            if verb is None or of is None or self._current is not None:
                self.loose.insert(0, noun)
                continue
            free = "" if self._lead_marks or any(preposition == "by" for preposition, _ in self._lead) else "nominal"
            group = VerbGroup(verb, "past", passive=True, modal=free)
            found.insert(0, Clause(group, (of,), (), list(self._lead), list(self._lead_marks), sentence=self._number))
        if found:
            self._clauses += found
            self._lead, self._lead_marks = [], []
        self._waiting = []

    # nouns --------------------------------------------------------------------------------------------------------

    def _take_noun(self, at: int, noun: Noun) -> None:
        if self._preposition:
            self._oblique(noun)
        elif self._is_subject(at):
            self._new_subject(noun)
        elif self._current is not None and self._extends(noun):
            return
        else:
            self._waiting.append(noun)

    def _oblique(self, noun: Noun) -> None:
        pair = (self._preposition, (noun,))
        if self._current is not None and not self._waiting:
            self._current.obliques.append(pair)
            self._last_list = "oblique"
        else:
            self._lead.append(pair)
            self._last_list = "lead"
        self._preposition, self._joint = "", ""

    def _is_subject(self, at: int) -> bool:
        """Whether a finite verb follows this noun, possibly behind "in the room"."""
        if self._current is not None and self._current.verb.base in verbs.ENABLING and not self._current.objects:
            return False
        ahead = at + 1
        while ahead + 1 < len(self._chunks) and self._chunks[ahead].kind in {"PREP", "LIM", "TIME"}:
            ahead += 2 if self._chunks[ahead].kind == "PREP" and self._chunks[ahead + 1].kind == "NOUN" else 1
        if ahead >= len(self._chunks) or self._chunks[ahead].kind != "VERB":
            return False
        verb = self._chunks[ahead].verb
        if verb is None or verb.reduced or verb.infinitive or (verb.form == "ing" and not verb.modal):
            return False
        return ahead == at + 1 or self._joint != "" or self._current is None

    def _new_subject(self, noun: Noun) -> None:
        joined = self._joint in {"and", "or"} and self._waiting
        if joined or (self._joint in {"and", "or"} and self._joins_people(noun)):
            self._waiting.append(noun)
            return
        if self._link != "main" and self._joint not in {"SUB", "and", "or", "REL"} and self._has_clause():
            self._link = "main"
        self._drop_waiting()
        self._waiting = [noun]

    def _joins_people(self, noun: Noun) -> bool:
        return self._current is None and bool(self._waiting) and noun.is_person

    def _has_clause(self) -> bool:
        return bool(self._clauses) and self._clauses[-1].link == self._link

    def _extends(self, noun: Noun) -> bool:
        """Take the noun as an object of the clause, or as one more in the list before it."""
        clause = self._current
        if clause is None:
            return False
        if self._joint in {"", "VERB"} or not (clause.objects or clause.obliques):
            if self._joint in {",", "and", "or", "but", "then"} and not clause.objects and self._last_list == "":
                return False
            clause.objects += (noun,)
            self._last_list = "object"
        elif self._joint in {",", "and", "or"} and self._last_list == "object":
            clause.objects += (noun,)
        elif self._joint in {",", "and", "or"} and self._last_list == "oblique":
            preposition, nouns = clause.obliques[-1]
            clause.obliques[-1] = (preposition, (*nouns, noun))
        else:
            return False
        self._joint = ""
        return True

    # verbs --------------------------------------------------------------------------------------------------------

    def _take_verb(self, at: int, verb: VerbGroup) -> None:
        clause = self._clause(at, verb)
        clause.sentence = self._number
        clause.alternative = self._joint == "or"
        clause.obliques += self._lead
        clause.marks += self._lead_marks
        clause.place = (("leads", ()),) if clause.link != "main" and self._leads else ()
        if any(noun.negative for noun in clause.subjects):
            clause.verb = replace(clause.verb, negated=True)
        self._lead, self._lead_marks = [], []
        self._clauses.append(clause)
        self._current = clause
        self._joint, self._preposition, self._last_list = "VERB", "", ""

    def _clause(self, at: int, verb: VerbGroup) -> Clause:
        if verb.reduced:
            return self._reduced(at, verb)
        if self._is_relative:
            return self._relative_clause(verb)
        if verb.infinitive and not verb.modal:
            return self._dependent(verb, "purpose")
        if verb.form == "ing" and self._chunks[at].low == self._chunks[at].low and self._is_gerund(at):
            return self._dependent(verb, f"gerund {self._preposition}".strip())
        if verb.form == "base" and not self._waiting and self._enabled():
            return self._dependent(verb, "main")
        return self._finite(verb)

    def _is_gerund(self, at: int) -> bool:
        verb = self._chunks[at].verb
        return verb is not None and not verb.modal and not self._waiting

    def _reduced(self, at: int, verb: VerbGroup) -> Clause:
        before = self._chunks[at - 1].nouns if at else ()
        noun = before[0] if before else (self._waiting[-1] if self._waiting else None)
        self._held, self._waiting = self._waiting or self._held, []
        passive = verb.passive
        return Clause(verb, (noun,) if noun else (), link="relative", antecedent=noun, inherited=not passive)

    def _relative_clause(self, verb: VerbGroup) -> Clause:
        self._is_relative = False
        antecedent, self._relative = self._relative, None
        if antecedent is None and self._current is not None and not self._waiting:
            subjects, self._waiting = tuple(self._waiting), []
            return Clause(verb, subjects, link="asked")
        if self._waiting:
            subjects, self._waiting = tuple(self._waiting), []
            return Clause(verb, subjects, (antecedent,) if antecedent else (), link="relative", antecedent=antecedent)
        return Clause(verb, (antecedent,) if antecedent else (), link="relative", antecedent=antecedent)

    def _enabled(self) -> bool:
        clause = self._current
        return clause is not None and clause.verb.base in verbs.ENABLING and bool(clause.objects)

    def _dependent(self, verb: VerbGroup, link: str) -> Clause:
        """A verb without a subject of its own: that of the clause before, or the object that is made to do it."""
        last = self._current or (self._clauses[-1] if self._clauses else None)
        waiting, self._waiting = tuple(self._waiting), []
        if last is None:
            return Clause(verb, waiting, link=link, inherited=True)
        makes_do = last.verb.base in verbs.ENABLING | {"want", "need", "ask", "expect", "require", "invite", "remind"}
        if makes_do and last.objects and (last.objects[-1].is_person or last.verb.base in verbs.ENABLING):
            return Clause(verb, last.objects[-1:], link="main")
        if link.startswith("gerund") and self._joint in {"and", "or", ","} and last.link.startswith("gerund"):
            link = last.link
        return Clause(verb, waiting or last.subjects, link=link, inherited=True)

    def _finite(self, verb: VerbGroup) -> Clause:
        if self._waiting:
            subjects, self._waiting = tuple(self._waiting), []
            self._held = []
            return Clause(verb, subjects, link=self._link)
        last = self._clauses[-1] if self._clauses else None
        if self._held and last is not None and last.link == "relative" and self._joint not in {"and", "or"}:
            subjects, self._held = tuple(self._held), []
            return Clause(verb, subjects, link=self._link)
        if last is None or self._joint in {"START", ".", ":"}:
            return Clause(verb, (), link=self._link)
        peer = self._peer(verb)
        if peer.link == "main":
            self._link = "main"
        return Clause(verb, peer.subjects, link=peer.link if self._joint in {"and", "or", "VERB", ""} else self._link,
                      antecedent=peer.antecedent, inherited=True)  # fmt: skip

    def _peer(self, verb: VerbGroup) -> Clause:
        """The clause that this verb goes on with: the last one, or by its form the main one."""
        last = self._clauses[-1]
        mains = [each for each in self._clauses if each.link == "main"]
        if (
            mains
            and last.link not in {"main", "purpose", "relative"}
            and last.verb.passive != verb.passive
            and not last.place
        ):
            return mains[-1]
        if last.link in {"main", "purpose"} or self._link != "main" or not mains:
            return last
        same_form = last.verb.form == verb.form and bool(last.verb.modal) == bool(verb.modal)
        return last if same_form and self._joint != "," else mains[-1]
