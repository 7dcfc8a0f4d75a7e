"""Ties acts to what makes them happen: other acts, failures, deadlines, moments, schedules, measured values."""

from dataclasses import dataclass

from skafu.planning.language.clauses import Clause
from skafu.planning.language.marks import Mark
from skafu.planning.language.phrases import Noun
from skafu.planning.lexicon import words
from skafu.planning.lexicon.fields import TYPE_OF_FIELD
from skafu.planning.meaning.comparisons import SIGNS, value_trigger
from skafu.planning.meaning.discourse import Discourse
from skafu.planning.meaning.frames import edge_of
from skafu.planning.meaning.notice_links import link_notice
from skafu.planning.meaning.story import Act, Question, Story, Told, Trigger
from skafu.planning.meaning.vocabulary import field_name

_CAUSES = frozenset({"when", "whenever", "if", "once", "after", "in_case", "as_long_as"})
_DAY = 86_400
NEGATIVE = ("decline", "reject", "refuse", "cancel", "expire", "release", "close", "escalate")
"""Verbs of letting time run out, the likeliest first."""

KEEPING_STATE = words(
    """update edit change add remove extend rename restock adjust share attach comment note rate write upload set tag
    configure enter correct print export link"""
)
"""Verbs after which the thing is in the same state as before."""


@dataclass(slots=True)
class Linker:
    """Links one story."""

    story: Story
    told: list[Told]
    discourse: Discourse

    def link(self) -> None:
        """Give each act and notice its triggers."""
        for at, each in enumerate(self.told):
            conditions = [other for other in self.told if other.clause.governs is each.clause]
            if each.notice is not None:
                link_notice(self, at, each, each.notice, conditions)
            for act in each.acts:
                if act.verb in {"decline", "refuse"} and act.roles:
                    self._offer_again(act)
                if each.clause.link in _CAUSES | {"before", "until", "unless", "till", "while"}:
                    continue
                if each.source.words.lower().startswith("given "):
                    self.story.questions.append(Question(f"Which rule is meant: {each.source.words}", act.thing))
                    continue
                self._act(at, each, act, conditions)
        self._lead_on()

    def _lead_on(self) -> None:
        """What follows the plain outcome also follows the approval of the other one."""
        for act in [act for act in self.story.acts if act.extra_events]:
            approving = [other for other in self.story.acts if other.thing == act.thing and other.verb == "approve"]
            following = [
                other for other in self.story.acts for each in other.triggers if each.act is act and other.roles == []
            ]
            for other in following:
                for approval in approving:
                    self._add(other, Trigger("act", approval))

    # acts ---------------------------------------------------------------------------------------------------------

    def _act(self, at: int, told: Told, act: Act, conditions: list[Told]) -> None:
        self._states(told.clause, act)
        trigger = self._caused(act, conditions) or self.timed(at, told.clause, act) or self._described(told, act)
        duty = (
            trigger is not None and trigger.kind == "schedule" and told.clause.verb.modal in {"must", "should", "shall"}
        )
        if duty and told.clause.verb.passive and not act.roles:
            self.story.questions.append(Question(f"Who does it, and who reminds them: {told.source.words}", act.thing))
            return
        owed = told.clause.verb.passive and told.clause.verb.modal in {"must", "should", "shall"}
        by_itself = not act.roles and not act.inbound and not owed
        if trigger is not None and trigger.kind in {"schedule", "moment"} and not by_itself:
            trigger = None
        if trigger is None and by_itself and not act.triggers:
            trigger = self._sequence(at, told, act)
        if trigger is not None and (by_itself or trigger.kind in {"deadline", "value"}):
            self._add(act, trigger)
        self._amounts(told, act)
        self._in_time(at, told, act)

    def _amounts(self, told: Told, act: Act) -> None:
        """Claims under 1000 euros are paid out automatically: only those."""
        found = (*told.clause.subjects, *told.clause.objects)
        mark = next(
            (noun.mark for noun in found if noun.mark is not None and noun.mark.kind == "limit" and noun.mark.is_money),
            None,
        )
        if mark is None or act.roles or act.verb == "approve":
            return
        for trigger in act.triggers:
            if (
                trigger.kind == "act"
                and trigger.act is not None
                and trigger.act.thing == act.thing
                and not trigger.condition
            ):
                self.discourse.attributes.setdefault(act.thing, {}).setdefault("amount", "money")
                trigger.condition = f"event.amount {SIGNS[mark.comparison]} {edge_of(mark)}"

    def _add(self, act: Act, trigger: Trigger) -> None:
        if trigger.act is act and trigger.kind in {"act", "failed"}:
            return
        if not any(each.kind == trigger.kind and each.act is trigger.act for each in act.triggers):
            act.triggers.append(trigger)

    def _states(self, clause: Clause, act: Act) -> None:
        """Paid orders are orders that must have been paid."""
        found = (*clause.objects, *clause.subjects)
        for noun in found:
            if not noun.pronoun and self.discourse.vocabulary.thing(noun) in {act.thing, act.target}:
                act.states += [verb for verb in noun.participles if verb != act.verb and verb not in act.states]

    def _caused(self, act: Act, conditions: list[Told]) -> Trigger | None:
        for condition in conditions:
            trigger = self.cause(condition, act)
            if trigger is not None:
                return trigger
        return None

    def _described(self, told: Told, act: Act) -> Trigger | None:
        if act.roles or told.clause.link == "relative":
            return None
        return self._relative(told) or self._given_participle(act)

    def cause(self, condition: Told, act: Act) -> Trigger | None:
        """Give the trigger that a condition is for an act."""
        clause = condition.clause
        if condition.failure:
            failing = self._failing(condition)
            return Trigger("failed", failing) if failing else None
        if clause.verb.negated and (mark := clause.mark("within", "after", "for")):
            awaited = tuple(condition.acts)
            return Trigger("deadline", self._start(awaited, act), awaited, mark) if awaited else None
        if clause.link not in _CAUSES or clause.verb.negated:
            return None
        measured = value_trigger(clause, self.story, self.discourse)
        if measured is not None:
            return measured
        if condition.acts and condition.acts[0] is not act:
            return Trigger("act", condition.acts[0])
        return None

    def _failing(self, condition: Told) -> Act | None:
        """Find what failed: "it" is the last thing that somebody else did for us, else the last act."""
        subject = condition.clause.subjects[0] if condition.clause.subjects else None
        known = [act for told in self.told[: self.told.index(condition)] for act in told.acts]
        if subject is not None and not subject.pronoun:
            thing = self.discourse.vocabulary.thing(subject)
            named = [
                act
                for act in self.story.acts
                if thing in {act.thing, act.target, act.named} or (thing == "payment" and act.verb in {"pay", "charge"})
            ]
            return named[-1] if named else None
        outside = [act for act in known if act.outside]
        found = outside or known
        return found[-1] if found else None

    def _relative(self, told: Told) -> Trigger | None:
        """Registrations that are not paid within 48 hours are cancelled."""
        for other in self.told:
            clause = other.clause
            same = clause.sentence == told.clause.sentence and clause.link == "relative"
            if (
                same
                and clause.verb.negated
                and other.acts
                and clause.antecedent in told.clause.subjects + told.clause.objects
            ):
                mark = clause.mark("within", "after", "for")
                if mark is not None:
                    return Trigger("deadline", self._start(tuple(other.acts), None), tuple(other.acts), mark)
        return None

    def _given_participle(self, act: Act) -> Trigger | None:
        if act.roles or not act.states:
            return None
        cause = self.story.act(act.states[0], act.thing)
        return Trigger("act", cause) if cause is not None and cause is not act else None

    def _start(self, awaited: tuple[Act, ...], act: Act | None) -> Act | None:
        """Find what starts the time: what was done to the thing before, and moved it on."""
        known = self.story.acts
        first = min((known.index(each) for each in awaited if each in known), default=len(known))
        thing = awaited[0].thing if awaited else (act.thing if act else "")
        before = [
            each for each in self.story.acts[:first] if each.thing == thing and each is not act and not each.hinted
        ]
        moving = [each for each in before if each.verb not in KEEPING_STATE]
        found = moving or before
        return found[-1] if found else None

    def _offer_again(self, declined: Act) -> None:
        """What one declines is offered to the next."""
        offer = next(
            (
                act
                for act in self.story.acts
                if act.thing == declined.thing and act.verb in {"offer", "propose"} and not act.roles
            ),
            None,
        )
        if offer is not None:
            self._add(offer, Trigger("act", declined))

    # time ---------------------------------------------------------------------------------------------------------

    def timed(self, at: int, clause: Clause, act: Act) -> Trigger | None:
        """Give the trigger that the times of a clause are for an act."""
        every = clause.mark("every")
        if every is not None:
            return Trigger("schedule", mark=every)
        moment = self._moment(clause, act)
        if moment is not None:
            return moment
        after = clause.mark("after")
        if after is not None and "advance" not in after.text:
            start = self._start((act,), act) or self.previous(at, act)
            return Trigger("deadline", start, (), after) if start is not None else None
        if clause.alternative:
            return self._missed(at, act)
        return None

    def _moment(self, clause: Clause, act: Act) -> Trigger | None:
        """At its end time; on the due date; 24 hours before the appointment."""
        mark = clause.mark("before", "after")
        for preposition, found in clause.obliques:
            for noun in found:
                name = field_name(noun)
                timely = TYPE_OF_FIELD.get(name) in {"date", "datetime"} and name not in {
                    "time",
                    "day",
                    "slot",
                    "position",
                }
                if preposition in {"at", "on"} and timely and mark is None:
                    return self._at_field(act.thing, name, None)
                if preposition in {"before", "after"} and mark is not None:
                    owner = next((thing for thing, has in self.discourse.attributes.items() if name in has), act.thing)
                    act.thing = owner if timely else act.thing
                    return self._at_field(act.thing, name if timely else "", mark, noun)
        return None

    def _at_field(self, thing: str, name: str, mark: Mark | None, noun: Noun | None = None) -> Trigger:
        if noun is not None and not name:
            thing = self.discourse.vocabulary.thing(noun) or thing
            attributes = self.discourse.attributes.get(thing, {})
            name = next((each for each in attributes if TYPE_OF_FIELD.get(each) in {"date", "datetime"}), "starts_at")
        self.discourse.attributes.setdefault(thing, {})[name] = "datetime"
        return Trigger("moment", mark=mark, field=name, before=mark is not None and mark.kind == "before")

    def _missed(self, at: int, act: Act) -> Trigger | None:
        """... pays within 3 days or the item goes to the next bidder."""
        for former in reversed(self.told[:at]):
            mark = former.clause.mark("within", "before")
            if former.acts and mark is not None and former.acts[0] is not act:
                if former.acts[0].roles or former.clause.verb.modal:
                    if former.acts[0].verb == "pay" and not act.extra_events:
                        act.extra_events.append("payment missed")
                    return Trigger("deadline", self._start(tuple(former.acts), act), tuple(former.acts), mark)
                return None
        return None

    def _in_time(self, at: int, told: Told, act: Act) -> None:
        """Accepts or declines within 15 seconds: declining is what happens when the time is over."""
        mark = told.clause.mark("within")
        if mark is None or told.clause.link != "main" or not act.roles:
            return
        if told.clause.verb.passive:
            return
        peers = [act]
        for other in reversed(self.told[:at]):
            if (
                other.clause.sentence != told.clause.sentence
                or other.clause.subjects != told.clause.subjects
                or not other.acts
            ):
                break
            if other.clause.verb.passive:
                break
            peers += [each for each in other.acts if each.thing == act.thing]
        late = next((each for verb in NEGATIVE for each in peers if each.verb == verb), None)
        if late is not None and len(peers) > 1 and mark.seconds < _DAY:
            start = self._start(tuple(peers), None)
            if start is not None:
                late.triggers.append(Trigger("deadline", start, tuple(peers), mark))
        elif not self._follows_up(at, act):
            said = f"What happens when nobody does it {mark.text}: {told.source.words}"
            self.story.questions.append(Question(said, act.thing))

    def _follows_up(self, at: int, act: Act) -> bool:
        return any(
            trigger.kind == "deadline" and act in trigger.awaited
            for each in self.story.acts
            for trigger in each.triggers
        ) or any(later.clause.alternative for later in self.told[at + 1 : at + 3])

    # sequence -----------------------------------------------------------------------------------------------------

    def _sequence(self, at: int, told: Told, act: Act) -> Trigger | None:
        subject = told.clause.subjects[0] if told.clause.subjects else None
        if subject is not None and not told.clause.verb.passive:
            by_thing = self._by_thing(subject, act)
            if by_thing is not None:
                return by_thing
        beside = self.told[at - 1] if at else None
        if beside is not None and beside.notice is not None and beside.clause.sentence == told.clause.sentence:
            for trigger in beside.notice.triggers:
                if trigger.kind == "schedule":
                    return Trigger("schedule", mark=trigger.mark, about=beside.notice.about)
        previous = self.previous(at, act)
        return Trigger("act", previous) if previous is not None else None

    def _by_thing(self, subject: Noun, act: Act) -> Trigger | None:
        """A bid extends the auction: the bid's coming into being does."""
        if subject.pronoun or self.discourse.vocabulary.role(subject):
            return None
        thing = self.discourse.vocabulary.thing(subject)
        if thing == act.thing:
            return None
        cause = next(
            (each for each in self.story.acts if each.thing == thing and each is not act and not each.hinted), None
        )
        return Trigger("act", cause) if cause is not None else None

    def previous(self, at: int, act: Act) -> Act | None:
        """Find the act that was told just before, in this sentence or the one before."""
        sentence = self.told[at].clause.sentence
        for former in reversed(self.told[:at]):
            if former.clause.sentence < sentence - 1:
                break
            if former.clause.link in {"unless", "until", "before"} or former.clause.verb.negated:
                continue
            candidates = [each for each in former.acts if each is not act]
            if candidates:
                return candidates[-1]
        return None
