"""Goes through the clauses in order and tells what each of them means for the system."""

from collections.abc import Callable
from dataclasses import dataclass, field

from skafu.planning.language.clauses import Clause, Reading
from skafu.planning.language.phrases import Noun, is_person
from skafu.planning.lexicon import acts as lexicon
from skafu.planning.lexicon import outside, people, verbs, words
from skafu.planning.lexicon.fields import TYPE_OF_FIELD
from skafu.planning.meaning.acting import MONEY_THINGS, Actor, owns_what_it_starts
from skafu.planning.meaning.discourse import Discourse
from skafu.planning.meaning.frames import Frames
from skafu.planning.meaning.implied import may_create
from skafu.planning.meaning.notices import notice_of
from skafu.planning.meaning.story import Act, Source, Story, Thing, Told
from skafu.planning.meaning.vocabulary import Vocabulary, field_name, nouns_of
from skafu.planning.meaning.wishes import Wishes

_CONDITIONS = words("when whenever if once after before until till unless while in_case as_long_as")
_DOING_IN_PASSING = frozenset({"because", "although", "though", "whereas", "so_that", "since"})


@dataclass(slots=True)
class Teller:
    """Tells one description."""

    readings: tuple[Reading, ...]
    story: Story = field(default_factory=Story)
    told: list[Told] = field(default_factory=list)
    heard: list[tuple[Clause, Source]] = field(default_factory=list)
    handled: bool = False
    vocabulary: Vocabulary = field(init=False)
    discourse: Discourse = field(init=False)
    actor: Actor = field(init=False)
    frames: Frames = field(init=False)
    wishes: Wishes = field(init=False)

    def __post_init__(self) -> None:
        """Get to know the words before anything is told."""
        self.vocabulary = Vocabulary.of(self.readings)
        self.discourse = Discourse(self.vocabulary)
        self.discourse.acts = self.story.acts
        self.discourse.verbs = [clause.verb.base for reading in self.readings for clause in reading.clauses]
        self.actor = Actor(self.vocabulary, self.discourse)
        self.frames = Frames(self.story, self.vocabulary, self.discourse, self.actor)
        self.wishes = Wishes(self.story, self.vocabulary, self.discourse, self.actor, self.frames)

    def tell(self) -> Story:
        """Tell all clauses."""
        self._mention_things()
        for reading in self.readings:
            before = len(self.told), len(self.story.wishes), len(self.story.notices)
            self.handled = False
            self._share_objects(reading.clauses)
            for noun in reading.loose:
                self.discourse.hear(noun)
                self.story.loose.append(noun)
            for clause in reading.clauses:
                self._clause(clause, reading.sentence.text)
            if (
                reading.clauses
                and not self.handled
                and before == (len(self.told), len(self.story.wishes), len(self.story.notices))
            ):
                self.story.unread.append(reading.sentence.text)
        self._drop_doubles()
        return self.story

    def _drop_doubles(self) -> None:
        """Where a ticket is registered, managing tickets means no other way to begin one."""
        for act in [act for act in self.story.acts if act.optional and act.verb in {"create", "add", "record"}]:
            others = [other for other in self.story.acts if other.thing == act.thing and not other.optional]
            if any(may_create(other) for other in others):
                self.story.acts.remove(act)

    def _mention_things(self) -> None:
        """Count the things and note whose they are."""
        for reading in self.readings:
            found = [noun for clause in reading.clauses for noun in nouns_of(clause)]
            for noun in dict.fromkeys(
                [*found, *(inner for loose in reading.loose for inner in (loose, loose.of) if inner)]
            ):
                name = self.vocabulary.thing(noun)
                if not name or self.vocabulary.is_system(noun) or self.vocabulary.is_field(noun):
                    continue
                thing = self.story.things.setdefault(
                    name, Thing(name, Source(reading.sentence.text, "a noun of the text"))
                )
                thing.count += 1
                self.discourse.mentions[name] += 1
                thing.many = max(thing.many, noun.count)
                for owner in (noun.of, noun.owner):
                    if owner is not None and not owner.pronoun and (whose := self.vocabulary.thing(owner)):
                        thing.owners.append(whose)

    def _share_objects(self, clauses: tuple[Clause, ...]) -> None:
        """Give "accepts or rejects the order" the order twice."""
        for at in range(len(clauses) - 2, -1, -1):
            clause, following = clauses[at], clauses[at + 1]
            bare = not clause.objects and not clause.obliques and not clause.verb.passive and not clause.complement
            same = following.inherited and following.link == clause.link and not following.verb.passive
            if bare and same and following.objects and clause.verb.base != "be" and not clause.marks:
                clause.objects = following.objects

    # one clause ---------------------------------------------------------------------------------------------------

    def _clause(self, clause: Clause, words: str) -> None:
        source = Source(words, "")
        told = Told(clause, source)
        self.heard.append((clause, source))
        for step in self._steps():
            if step(clause, told):
                break
        self.discourse.listen(clause)
        self._possessions(clause, told)
        for act in told.acts:
            self._keep(act, clause)
        told.acts = [self._merged(act) for act in told.acts]
        if told.acts and clause.link not in _CONDITIONS:
            self.discourse.focus = next(
                (act.thing for act in reversed(told.acts) if act.thing not in MONEY_THINGS | {"reading"}),
                self.discourse.focus,
            )
            self.discourse.focused_in = clause.sentence
        if told.acts or told.notice or told.failure or clause.link in _CONDITIONS or clause.verb.negated:
            self.told.append(told)

    def _possessions(self, clause: Clause, told: Told) -> None:
        """The auction closes at its end time: an auction has one."""
        for act in told.acts[:1]:
            for noun in (noun for _, group in clause.obliques for noun in group):
                if noun.owner is not None and noun.owner.head in {"its", "their"} and _is_time(noun):
                    self._attributes_of(act).setdefault(field_name(noun), "")

    def _steps(self) -> tuple[Callable[[Clause, Told], bool], ...]:
        return (
            self._attributes, self._failure, self._notice, self._retention, self._frame, self._wish, self._crud,
            self._light, self._plain,
        )  # fmt: skip

    def _attributes(self, clause: Clause, _told: Told) -> bool:
        """A task has a title and a due date; a course is made of lessons."""
        made_of = clause.verb.base == "make" and clause.verb.passive and clause.after("of", "up")
        if not made_of and clause.verb.base not in {"have", "contain", "include", "consist", "carry"}:
            return False
        parts = clause.after("of", "up") if made_of or clause.verb.base == "consist" else clause.objects
        owner = next((self.vocabulary.thing(self.discourse.resolved(noun)) for noun in clause.subjects), "")
        if owner:
            self._attach(owner, parts)
        return clause.link == "main" or bool(owner) or clause.verb.base == "have"

    def _attach(self, owner: str, parts: tuple[Noun, ...]) -> None:
        for noun in parts:
            if self.vocabulary.is_field(noun):
                self.discourse.attributes.setdefault(owner, {}).setdefault(field_name(noun), "")
            elif thing := self.vocabulary.thing(noun):
                self.story.things[thing].owners.append(owner) if thing in self.story.things else None

    def _failure(self, clause: Clause, told: Told) -> bool:
        told.failure = clause.verb.base in verbs.FAILING and clause.link in _CONDITIONS
        return told.failure

    def _notice(self, clause: Clause, told: Told) -> bool:
        notice = notice_of(clause, told.source, self.discourse)
        if notice is None:
            return False
        told.notice = notice
        self.story.notices.append(notice)
        return True

    def _retention(self, clause: Clause, _told: Told) -> bool:
        mark = clause.mark("for")
        if clause.verb.base not in {"keep", "store", "retain", "save", "archive"} or mark is None:
            return False
        for noun in self.discourse.patients(clause):
            thing = self.vocabulary.thing(noun)
            if thing:
                self.handled = True
                self.story.retention[thing] = mark.text.removeprefix("for ").removeprefix("at least ")
        return True

    def _frame(self, clause: Clause, told: Told) -> bool:
        acts = self.frames.acts(clause, told.source)
        if acts is None:
            return False
        told.acts = acts
        return True

    def _wish(self, clause: Clause, told: Told) -> bool:
        acts = self.wishes.acts(clause, told.source)
        told.acts = acts or []
        return acts is not None

    def _crud(self, clause: Clause, told: Told) -> bool:
        chosen = verbs.CRUD.get(clause.verb.base)
        if not chosen:
            return False
        roles = self.discourse.agents(clause) or self._imperative(clause)
        for noun in self.discourse.patients(clause):
            thing = self.vocabulary.thing(noun) or (
                self.vocabulary.role(noun) if not self.vocabulary.is_system(noun) else ""
            )
            if thing and not self.vocabulary.is_field(noun):
                told.acts += [
                    Act(verb, thing, told.source, roles=list(roles), clause=clause, optional=True) for verb in chosen
                ]
        return True

    def _light(self, clause: Clause, told: Told) -> bool:
        """Make a booking, take a payment, leave a review: the noun says what is done."""
        noun = next(iter(self.discourse.patients(clause)), None)
        if clause.verb.base not in verbs.LIGHT or noun is None or noun.pronoun or is_person(noun.head):
            return False
        thing = self.vocabulary.thing(noun)
        if not thing or (
            noun.head not in lexicon.NOMINAL
            and noun.head not in lexicon.RECORDS.values()
            and noun.head not in lexicon.EVENT_RECORDS
        ):
            return False
        former = self.story.acts[-1] if self.story.acts else None
        about = (
            (former.target or former.thing)
            if former is not None and former.clause is not None and former.clause.sentence == clause.sentence
            else ""
        )
        act = Act(
            clause.verb.base, thing, told.source, clause=clause, creates=True, roles=self.discourse.agents(clause)
        )
        if (
            about
            and about != thing
            and not is_person(about.split()[-1])
            and noun.head in {"feedback", "comment", "reply", "answer", "review", "rating"}
        ):
            act.target = about
        told.acts = [act]
        return True

    def _plain(self, clause: Clause, told: Told) -> bool:
        base = clause.verb.base
        if base in verbs.HOUSEKEEPING or (clause.link in _DOING_IN_PASSING and not self._serious(clause)):
            return True
        if base in verbs.STATIVE and not self._decisive(clause):
            return True
        if (
            base in verbs.QUERYING
            and not clause.verb.passive
            and base not in {"track", "check", "count", "export", "inspect", "keep_track"}
        ):
            return True
        if clause.link.startswith("gerund") and clause.link not in {"gerund for", "gerund", "gerund of"}:
            return True
        roles = self.discourse.agents(clause)
        if not clause.verb.passive and not roles and any(is_person(noun.head) for noun in clause.subjects):
            roles = [self.vocabulary.generic]
        told.acts = self.actor.acts(clause, told.source)
        if clause.verb.negated and clause.link == "main":
            known = {(act.verb, act.thing) for act in self.story.acts}
            told.acts = [act for act in told.acts if (act.verb, act.thing) in known]
        for act in told.acts:
            subject = clause.subjects[0] if clause.subjects else None
            by_itself = subject is not None and not subject.pronoun and not is_person(subject.head)
            by_itself = by_itself and not clause.verb.passive and not clause.objects
            act.roles = [] if by_itself else list(roles) or self._imperative(clause)
            act.passive = clause.verb.passive
            act.hinted = clause.link in _CONDITIONS
            if act.roles or clause.verb.base in verbs.CREATING:
                self._given_with(act, clause)
            if act.roles and clause.verb.base in verbs.CREATING and not clause.verb.passive:
                self._concerns(act, clause)
        return True

    def _given_with(self, act: Act, clause: Clause) -> None:
        """List an item with a start price and an end time: these are what the item has."""
        for noun in clause.after("with"):
            name = field_name(noun)
            if noun.head in {"number", "amount"} and noun.of is not None and noun.of.plural:
                self._attributes_of(act)["capacity"] = "integer"
            elif self.vocabulary.is_field(noun):
                self._attributes_of(act).setdefault(name, "")
            elif is_person(noun.head) and not noun.plural and (role := self.vocabulary.role(noun)):
                self._attributes_of(act).setdefault(f"{role.replace(' ', '_')}_id", "id")

    def _concerns(self, act: Act, clause: Clause) -> None:
        """Order from a restaurant, an appointment with a doctor, an onboarding for an employee."""
        for noun in clause.after("from", "with", "for", "at"):
            role = self.vocabulary.role(noun) if is_person(noun.head) and noun.head not in people.GENERIC_PEOPLE else ""
            if role and role not in act.roles and role != act.thing:
                self._attributes_of(act).setdefault(f"{role.replace(' ', '_')}_id", "id")

    def _attributes_of(self, act: Act) -> dict[str, str]:
        return self.discourse.attributes.setdefault(act.thing, {})

    def _imperative(self, clause: Clause) -> list[str]:
        """Somebody has to do what has no subject, or what "can be done"."""
        if clause.verb.modal == "nominal":
            return employed(self.vocabulary.roles)[:1] or [self.vocabulary.generic]
        possible = clause.verb.passive and clause.verb.modal in {"can", "may", "could"}
        unsaid = not clause.verb.passive and (
            not clause.subjects or all(self.vocabulary.is_system(noun) for noun in clause.subjects)
        )
        if clause.subjects and not clause.verb.passive and clause.link in {"main", *_CONDITIONS}:
            unsaid = False
        return [self.vocabulary.generic] if possible or unsaid else []

    def _serious(self, clause: Clause) -> bool:
        return (
            clause.link == "so_that"
            and bool(clause.verb.modal in {"can", "could", "may"} or clause.objects)
            and (clause.verb.base not in verbs.STATIVE)
            and clause.governs is not None
            and clause.governs.verb.base in {"want", "need", "have", "build", "be", "run", "make"}
        )

    def _decisive(self, clause: Clause) -> bool:
        """Whether a verb that often only describes is something that is done here."""
        base, objects = clause.verb.base, self.discourse.patients(clause)
        if base in {"grow", "drop", "fall", "be", "have", "go", "want", "need", "like", "do", "use"}:
            return False
        if base == "apply" and not objects:
            return any(self.vocabulary.role(noun) for noun in clause.subjects)
        if clause.verb.passive:
            return base in {"provide", "decide", "force", "serve", "treat", "cover", "represent"} and bool(objects)
        return False

    # keeping ------------------------------------------------------------------------------------------------------

    def _keep(self, act: Act, clause: Clause) -> None:
        self.discourse.records.add(act.thing)
        for brand in _brands(clause):
            act.outside = act.outside or brand
        if act.named == act.thing:
            act.named = ""
        if act.inbound:
            act.outside = ""
        for role in act.roles:
            if owns_what_it_starts(role):
                self.discourse.doer = role
            self.story.roles.setdefault(role, act.source)

    def _merged(self, act: Act) -> Act:
        """Give the act that was told before, if this one only tells it again."""
        for former in self.story.acts:
            same = (
                former.verb == act.verb
                and former.thing == act.thing
                and (act.verb == "pay" or former.named == act.named or act.hinted or former.hinted)
            )
            if same:
                former.roles = list(dict.fromkeys([*former.roles, *act.roles]))
                former.hinted &= act.hinted
                former.outside = former.outside or act.outside
                if former.clause is not None and former.clause.link in _CONDITIONS and not act.hinted:
                    former.clause, former.source, former.named = act.clause, act.source, act.named
                return former
        self.story.acts.append(act)
        return act


def _is_time(noun: Noun) -> bool:
    return TYPE_OF_FIELD.get(field_name(noun)) in {"date", "datetime"}


def _brands(clause: Clause) -> list[str]:
    found = [noun for _, group in clause.obliques for noun in group]
    return [word for noun in found for word in (noun.head, *noun.before) if word in outside.BRANDS]


def employed(roles: list[str]) -> list[str]:
    """Keep the roles that act for the house."""
    return [role for role in roles if role.split()[-1] in people.EMPLOYED]
