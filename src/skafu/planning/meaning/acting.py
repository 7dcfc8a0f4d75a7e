"""From verb and object to an act: what it is called, to whose life it belongs, and what it leaves behind."""

from dataclasses import dataclass

from skafu.planning.language.clauses import Clause
from skafu.planning.language.morphology import participle
from skafu.planning.language.phrases import Noun, is_person
from skafu.planning.lexicon import acts as lexicon
from skafu.planning.lexicon import nouns, people, verbs, words
from skafu.planning.meaning.discourse import Discourse
from skafu.planning.meaning.story import Act, Source
from skafu.planning.meaning.vocabulary import Vocabulary, field_name

ON_PEOPLE = words(
    """register add onboard suspend block ban verify create update remove delete deactivate activate admit discharge
    manage import edit unblock reinstate approve reject vet screen profile enter record vaccinate"""
)
"""Verbs that make records of people: these become things of their own."""

CONTAINING = frozenset({"add", "put", "save", "append", "pin"})
HOLDERS = frozenset({"return", "extend", "renew", "check_in", "check_out", "cancel", "overrun"})
"""Verbs about a thing that is lent or booked: they belong to the loan or booking."""

ABOUT_HOLDERS = {
    "return": ("loan", "rental"),
    "extend": ("loan", "rental", "subscription"),
    "renew": ("loan", "rental", "subscription"),
    "check_in": ("booking", "reservation", "registration", "rental", "appointment"),
    "check_out": ("booking", "reservation", "rental"),
}
MASS = frozenset({"food", "luggage", "merchandise", "produce", "drink"})
HAPPENINGS = frozenset({"no-show", "absence", "attendance", "delay"})
TAKING_OUT = frozenset({"order", "book", "rent", "borrow", "reserve", "hire", "buy", "purchase"})
HELD = words("pick_up collect return receive deliver ship extend renew lock drop_off")
AWAY = words("leave go travel walk drive move come sleep wait sit ride stay")
_LOOKING = frozenset({"inspect", "check", "assess", "examine", "estimate", "verify"})
_HOLDING = frozenset(record for records in ABOUT_HOLDERS.values() for record in records)
MONEY_THINGS = words("fare fee fine deposit rent tip salary penalty surcharge toll premium")
CHARGING = frozenset({"charge", "impose", "levy", "collect", "capture", "raise"})
CHANGING = words("change update set edit adjust modify enter correct configure define specify")
PASSED_ON = words("go pass escalate forward send submit route present refer hand_over move")
SIGNED_UP = frozenset({"sign_up"})
BOOKABLE = words("""class course session lesson workshop event training shift webinar slot seminar tour activity""")


@dataclass(slots=True)
class Actor:
    """Makes acts out of clauses, one description long."""

    vocabulary: Vocabulary
    discourse: Discourse

    def acts(self, clause: Clause, source: Source) -> list[Act]:
        """Give the acts of a clause: one for each thing that it is done to."""
        patients = self.discourse.patients(clause)
        if not patients:
            found = self._without_object(clause, source)
            return [found] if found else []
        made = [self.act(clause, noun, source) for noun in patients]
        distinct: dict[tuple[str, str, str], Act] = {}
        for act in made:
            if act is not None:
                distinct.setdefault((act.verb, act.thing, act.named), act)
        return list(distinct.values())

    def _without_object(self, clause: Clause, source: Source) -> Act | None:
        """An auction closes; a winner pays; a guest checks in."""
        if clause.verb.passive or clause.verb.base in AWAY:
            return None
        subject = clause.subjects[0] if clause.subjects else None
        if subject is not None:
            noun = self.discourse.resolved(subject)
            if not noun.pronoun and not is_person(noun.head) and not self.vocabulary.is_system(noun):
                act = self.act(clause, noun, source)
                if act is not None:
                    act.roles = []
                return act
        known = next((act for act in reversed(self.discourse.acts) if act.verb == clause.verb.base), None)
        if known is not None:
            return Act(known.verb, known.thing, source, named=known.named, target=known.target, clause=clause)
        if subject is not None and clause.verb.base in lexicon.ALONE:
            verb, made = lexicon.ALONE[clause.verb.base]
            return Act(verb, made, source, clause=clause)
        thing = self.discourse.about(clause)
        if clause.verb.base in HOLDERS:
            thing = next((act.thing for act in reversed(self.discourse.acts) if act.thing in _HOLDING), thing)
        if not thing or (
            clause.verb.base in verbs.CREATING - {"apply", "donate", "sign_up", "book"}
            and clause.verb.base not in ABOUT_HOLDERS
        ):
            return None
        return Act(self._verb(clause, thing), thing, source, clause=clause)

    def act(self, clause: Clause, noun: Noun, source: Source) -> Act | None:
        """Give the act of doing the clause's verb to one thing."""
        verb = clause.verb.base
        if noun.pronoun and noun.head not in {
            "each_other",
            "them",
            "they",
            "us",
            "him",
            "her",
            "he",
            "she",
            "everybody",
            "everyone",
        }:
            return None
        if self._is_person(noun) or noun.pronoun:
            return self._on_person(clause, verb, noun, source)
        if noun.head in MASS and self.discourse.about(clause) and verb not in {"order", "buy"}:
            return Act(verb, self.discourse.about(clause), source, named=noun.head, clause=clause)
        if noun.head in nouns.VAGUE or self.vocabulary.is_system(noun):
            return self._on_vague(clause, verb, noun, source)
        known = self.vocabulary.thing(noun) in self.discourse.records
        if self.vocabulary.is_field(noun) and not known and not self._is_own_thing(verb, noun):
            return self._on_field(clause, verb, noun, source)
        thing = self._same(self.vocabulary.thing(noun))
        if not thing:
            return None
        return self._on_thing(clause, verb, noun, thing, source)

    def _is_person(self, noun: Noun) -> bool:
        return is_person(noun.head)

    # things -------------------------------------------------------------------------------------------------------

    def _on_thing(self, clause: Clause, verb: str, noun: Noun, thing: str, source: Source) -> Act:
        if (thing in HAPPENINGS and verb in {"record", "report", "mark", "register", "note", "log"}) or (
            thing == "damage" and verb in _LOOKING
        ):
            named_for = self.discourse.heaviest() or thing
            return Act(
                verb,
                named_for,
                source,
                named=thing,
                event="" if verb in _LOOKING else f"{thing} recorded",
                clause=clause,
            )
        container = self._container(clause, verb)
        if container:
            return Act(verb, container, source, named=f"to {container}", target=thing, clause=clause)
        attached = self._attached(clause, verb)
        if attached and attached != thing:
            return Act(verb, attached, source, named=thing, target=thing, clause=clause)
        verb = self._verb(clause, thing)
        record = self._record(verb, thing)
        if record and record != thing:
            return Act(verb, record, source, named=self._with_preposition(clause, thing), target=thing, clause=clause)
        holder = self._holder(verb, thing)
        if holder:
            return Act(verb, holder, source, named=thing, target=thing, clause=clause)
        if verb == "order" and thing != "order" and self.vocabulary.heads["order"]:
            return Act("place", "order", source, target=thing, clause=clause)
        return Act(
            verb,
            thing,
            source,
            clause=clause,
            amount=noun.mark if noun.mark is not None and noun.mark.kind in {"amount", "limit"} else None,
            named=self._with_preposition(clause, thing) if not clause.objects else "",
        )

    def _verb(self, clause: Clause, thing: str) -> str:
        verb = clause.verb.base
        if (
            verb in SIGNED_UP
            and thing.rsplit(maxsplit=1)[-1] in BOOKABLE
            and self.vocabulary.names["booking"] + self._says("book")
        ):
            return "book"
        return verb

    def _says(self, verb: str) -> int:
        return sum(1 for each in self.discourse.verbs if each == verb)

    def _with_preposition(self, clause: Clause, thing: str) -> str:
        """Name what stands behind a preposition with it: enroll in course."""
        if clause.objects or clause.verb.passive or self._verb(clause, thing) != clause.verb.base:
            return thing
        for preposition, found in clause.obliques:
            if any(self.vocabulary.thing(self.discourse.resolved(noun)) == thing for noun in found):
                return f"{'in' if preposition == 'per' else preposition} {thing}"
        return thing

    def _container(self, clause: Clause, verb: str) -> str:
        if verb not in CONTAINING:
            return ""
        for noun in clause.after("to", "into", "on", "in"):
            thing = self.vocabulary.thing(self.discourse.resolved(noun))
            if thing and not self.vocabulary.is_system(noun):
                return thing
        return ""

    def _attached(self, clause: Clause, verb: str) -> str:
        """To what something is attached: "attach screenshots to my ticket"."""
        if verb not in {"attach", "link", "upload", "append"}:
            return ""
        return next(
            (
                thing
                for noun in clause.after("to", "for")
                if (thing := self.vocabulary.thing(self.discourse.resolved(noun)))
            ),
            "",
        )

    def _record(self, verb: str, thing: str) -> str:
        head = thing.rsplit(maxsplit=1)[-1]
        if verb == "book":
            if head in lexicon.BOOKED_ITSELF:
                return ""
            return next((name for name in ("booking", "reservation") if self.vocabulary.names[name]), "booking")
        if verb == "register" and not is_person(head) and self.vocabulary.heads["registration"]:
            return "registration"
        record = lexicon.RECORDS.get(verb, "")
        if not record or thing == record or head == record or self._is_making(verb, head):
            return ""
        return record if verb in lexicon.ALWAYS_RECORD or self.vocabulary.heads[record] else ""

    def _is_making(self, verb: str, head: str) -> bool:
        """Whether verb and noun say the same: "place an order", "apply for a loan application"."""
        return (verb == head == "order") or (verb == "reserve" and head == "reservation")

    def _holder(self, verb: str, thing: str) -> str:
        candidates = ABOUT_HOLDERS.get(verb, ())
        if thing in candidates:
            return ""
        held = next(
            (
                act.thing
                for act in self.discourse.acts
                if act.target == thing and act.thing != thing and act.verb in TAKING_OUT
            ),
            "",
        )
        if held and verb in HELD:
            return held
        return next((name for name in candidates if name in self.discourse.records), "")

    def _same(self, thing: str) -> str:
        """He approves the request: what was requested, where requests are nothing else."""
        if thing in self.discourse.records or " " in thing:
            return thing
        verb = lexicon.NOMINAL.get(thing, thing)
        asked = next((act.thing for act in self.discourse.acts if act.verb == verb and act.verb in verbs.CREATING), "")
        return asked or thing

    def _is_own_thing(self, verb: str, noun: Noun) -> bool:
        name = field_name(noun)
        if name in MONEY_THINGS:
            return verb in CHARGING or noun.head in self.discourse.records or verb in {"raise", "waive"}
        if name in nouns.STRONG_FIELDS:
            return False
        return verb not in CHANGING | verbs.COMPUTING

    # people, attributes, vague words ------------------------------------------------------------------------------

    def _on_person(self, clause: Clause, verb: str, noun: Noun, source: Source) -> Act | None:
        role = self.discourse.role_of(noun)
        payable = next(
            (act.thing for act in reversed(self.discourse.acts) if act.verb in {"pay", "capture", "charge"}), ""
        )
        if verb in {"refund", "reimburse"} and payable:
            return Act(verb, payable, source, named=role, target=role, clause=clause)
        holder = self._holder(verb, role)
        if holder:
            return Act(verb, holder, source, named=role, target=role, clause=clause)
        each_other = noun.head == "each_other"
        if verb in lexicon.RECORDS and verb in lexicon.ALWAYS_RECORD and verb not in {"invite", "order"}:
            focus = self.discourse.about(clause)
            named = (focus if each_other else role) or focus
            return Act(
                verb, lexicon.RECORDS[verb], source, named=named, target=focus if each_other else role, clause=clause
            )
        if verb in ON_PEOPLE and role:
            return Act(verb, role, source, clause=clause)
        focus = self.discourse.about(clause)
        if not focus or not role:
            return Act(verb, role, source, clause=clause) if role and verb in verbs.KNOWN - verbs.STATIVE else None
        return Act(verb, focus, source, named=role, target=role, clause=clause)

    def _on_vague(self, clause: Clause, verb: str, noun: Noun, source: Source) -> Act | None:
        focus = self.discourse.about(clause)
        if verb in lexicon.RECORDS and noun.head in {"work", "result", "paper"}:
            return Act(verb, lexicon.RECORDS[verb], source, named=noun.head, clause=clause)
        if verb in {"deposit", "withdraw", "transfer", "send", "request", "pay"} and noun.head == "money":
            record = verb if verb == "transfer" else focus
            return Act(verb, record, source, named="money", clause=clause) if record else None
        if focus and noun.head in {"day", "week", "month"} and verb in verbs.CREATING and not clause.verb.passive:
            return Act(verb, focus, source, named=noun.head, clause=clause)
        if (
            not focus
            or noun.head not in {"data", "detail", "information", "number", "amount", "status"}
            or verb in verbs.STATIVE
        ):
            return None
        return Act(verb, focus, source, named=f"{focus} {noun.head}", clause=clause)

    def _on_field(self, clause: Clause, verb: str, noun: Noun, source: Source) -> Act | None:
        name = field_name(noun)
        owner = self.owner(clause, noun)
        if not owner:
            return None
        if name in {"status", "state"} and verb in CHANGING:
            return None
        self.discourse.attributes.setdefault(owner, {}).setdefault(name, "")
        act = Act(verb, owner, source, named=name.replace("_", " "), clause=clause)
        act.fields[name] = ""
        return act

    def owner(self, clause: Clause, noun: Noun) -> str:
        """Give the thing that an attribute belongs to."""
        for whose in (noun.of, noun.owner):
            if whose is not None:
                found = self.discourse.resolved(whose)
                thing = self.vocabulary.thing(found)
                if thing:
                    return thing
        return self.discourse.about(clause)


def event_words(act: Act) -> str:
    """Give the words of an act's event: `order placed`, `added to cart`."""
    if act.event:
        return act.event
    done = participle(act.verb).replace("_", " ")
    preposition, _, rest = act.named.partition(" ")
    if rest and preposition in {"to", "into", "on", "in", "for", "from", "at", "of"}:
        return f"{rest} {done}" if act.verb not in CONTAINING else f"{done} {act.named}"
    return f"{act.named or act.thing} {done}"


def owns_what_it_starts(role: str) -> bool:
    """Whether a role acts for itself: customers and owners of pets do, clerks and owners of shops act for the house."""
    *before, last = role.replace("_", " ").replace("-", " ").split() or [role]
    if last == "owner" and before:
        return before[-1] not in people.PLACES
    return last not in people.EMPLOYED and role not in people.EMPLOYED
