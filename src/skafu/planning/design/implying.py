"""Adds the acts that a description leaves out: how things begin, that an order is paid, who does the rest."""

from dataclasses import dataclass, field

from skafu.planning.language.phrases import is_person
from skafu.planning.lexicon import nouns, people, words
from skafu.planning.meaning.acting import event_words, owns_what_it_starts
from skafu.planning.meaning.implied import birth_verb, may_create
from skafu.planning.meaning.story import Act, Question, Source, Story, Trigger

NEEDING_TARGET = words("""book reserve borrow rent register enroll sign_up match record subscribe join hire""")
WAITING = "waiting list"
BIRTH = "a thing has to begin somehow"
_HOUSE = (
    "staff", "admin", "administrator", "clerk", "manager", "receptionist", "librarian", "operator", "organiser",
    "organizer", "hr",
)  # fmt: skip


@dataclass(slots=True)
class Implying:
    """Completes the acts of one story."""

    story: Story
    generic: str
    employed: str = field(default="staff")

    def complete(self) -> str:
        """Add what is left out.

        Returns:
            The role that does what nobody is named for.
        """
        self.employed = self.staff()
        self._fold_waiting_list()
        self._only_append()
        self._imply_payment()
        self._imply_things()
        return self.employed

    def staff(self) -> str:
        """Give the role that does what nobody is named for."""
        roles = list(dict.fromkeys([*self.story.roles, *(role for wish in self.story.wishes for role in wish.roles)]))
        employed = next((role for role in _HOUSE if role in roles), "")
        employed = employed or next((role for role in roles if not owns_what_it_starts(role)), "")
        if employed:
            return employed
        if (
            "employee" in roles
            and len(roles) > 1
            and not any("employee" in act.roles and may_create(act) for act in self.story.acts)
        ):
            return "employee"
        alone = roles[0] if len(roles) == 1 else self.generic if not roles else "staff"
        return "staff" if alone in people.LEADING or alone in people.PLACES.values() else alone

    def _only_append(self) -> None:
        """Readings are written once; what else is said to be done to them becomes a question."""
        for act in list(self.story.acts):
            if act.thing == "reading" and act.verb not in {"record", "receive"}:
                self.story.acts.remove(act)
                self.story.questions.append(Question(f"What is meant by: {act.source.words}", "reading"))

    def _fold_waiting_list(self) -> None:
        """Who waits for a class stands on the list of that class."""
        waited = next((act.target for act in self.story.acts if act.thing == WAITING and act.target), "")
        if not waited or waited == WAITING:
            return
        for act in self.story.acts:
            if act.thing == WAITING:
                act.event = act.event or event_words(act)
                act.named = act.named or WAITING
                act.thing, act.target, act.creates = waited, "", False
        self.story.capacities[waited] = True

    def _imply_payment(self) -> None:
        """Note on an order that it is paid, where only paid ones go on and the payment is a thing of its own."""
        paying = next(
            (
                act
                for act in self.story.acts
                if act.thing == "payment" and act.verb in {"capture", "make", "receive", "charge", "pay"}
            ),
            None,
        )
        for act in list(self.story.acts):
            known = self.story.act("pay", act.thing)
            if "pay" in act.states and known is None and paying is not None and act.thing != "payment":
                source = Source(act.source.words, "only paid ones go on")
                paid = Act("pay", act.thing, source, label=f"mark {act.thing} paid", passive=True)
                paid.triggers.append(Trigger("act", paying))
                self.story.acts.insert(self.story.acts.index(act), paid)

    def _imply_things(self) -> None:
        """Add how things begin that are only spoken of: the class that is booked, the books that are browsed."""
        for act in list(self.story.acts):
            needed = act.target and act.verb in NEEDING_TARGET and act.target != act.thing
            if needed and not is_person(act.target.split()[-1]):
                self._imply(act.target, act.source, before=act)
            for read in act.reads:
                self._imply(read, act.source, before=act)
        for wish in self.story.wishes:
            if wish.thing.split()[-1] not in nouns.REPORTS and not is_person(wish.thing):
                self._imply(wish.thing, wish.source)
        for thing in dict.fromkeys(act.thing for act in self.story.acts):
            self._imply(thing, next(act.source for act in self.story.acts if act.thing == thing))

    def _imply(self, thing: str, source: Source, before: Act | None = None) -> None:
        if any(act.thing == thing and may_create(act) for act in self.story.acts):
            return
        rule = Source(source.words, BIRTH)
        roles = [thing] if thing in self.story.roles and owns_what_it_starts(thing) else [self.employed]
        if thing in {"cart", "basket"}:
            roles = next((act.roles for act in self.story.acts if act.thing == thing and act.roles), roles)
        verb = "open" if thing in {"cart", "basket", "account"} else birth_verb(thing)
        act = Act(verb, thing, rule, creates=True, roles=list(roles))
        first = next(
            (at for at, each in enumerate(self.story.acts) if each.thing == thing or each is before),
            len(self.story.acts),
        )
        self.story.acts.insert(first, act)
        for role in roles:
            self.story.roles.setdefault(role, rule)
