"""Rules that the text gives: at least 5 % above the highest, before the deadline, the class is full, never negative."""

from dataclasses import dataclass

from skafu.planning.language.clauses import Clause
from skafu.planning.language.marks import Mark
from skafu.planning.lexicon.fields import TYPE_OF_FIELD
from skafu.planning.meaning.comparisons import SIGNS
from skafu.planning.meaning.discourse import Discourse
from skafu.planning.meaning.frames import edge_of
from skafu.planning.meaning.story import Act, Question, Rule, Source, Story, Trigger
from skafu.planning.meaning.vocabulary import field_name

_FULL = frozenset({"full", "sold-out", "booked-out"})
_TAKING = frozenset({"book", "reserve", "register", "enroll", "sign_up", "join", "buy"})
LENDING = frozenset({"borrow", "rent", "lend", "hire", "lease"})
SPENDING = frozenset({"withdraw", "transfer", "pay", "spend", "send"})


@dataclass(slots=True)
class Limits:
    """Finds the rules of one story."""

    story: Story
    heard: list[tuple[Clause, Source]]
    discourse: Discourse

    def find(self) -> None:
        """Add rules, and questions where a rule is heard but not understood."""
        for clause, source in self.heard:
            self._term(clause)
            found = (
                self._above_former(clause, source) or self._full(clause) or self._before_deadline(clause, source)
                or self._banned(clause, source) or self._not_negative(clause, source) or self._share(clause, source)
                or self._threshold(clause, source)
            )  # fmt: skip
            if not found:
                self._unread(clause, source)

    # bids ---------------------------------------------------------------------------------------------------------

    def _above_former(self, clause: Clause, source: Source) -> bool:
        """Bids must be at least 5% above the highest."""
        mark = clause.mark("limit")
        described = clause.antecedent or next(iter(clause.subjects), None)
        if mark is None or not mark.relative or described is None:
            return False
        thing = self.discourse.vocabulary.thing(self.discourse.resolved(described))
        act = next((act for act in self.story.acts if thing and thing in {act.thing, act.named, act.target}), None)
        owner = self._owner_of_bids(thing)
        if act is None or not owner:
            return False
        act.thing, act.named, act.target, act.creates, act.value_type = owner, thing, "", False, thing
        self.discourse.attributes.setdefault(owner, {})["highest_amount"] = "money"
        factor = 1 + mark.number / 100 if mark.unit == "%" else 1
        self.story.rules.append(
            Rule(act, "too_low", f"command.{snake_words(thing)}.amount >= state.highest_amount * {factor:g}",
                 f"A {thing} must be {mark.text} the highest one.", source)
        )  # fmt: skip
        return True

    def _owner_of_bids(self, thing: str) -> str:
        others = [
            name
            for name in self.discourse.mentions
            if name != thing and any(act.thing == name for act in self.story.acts)
        ]
        return max(
            others,
            key=lambda name: (sum(act.thing == name for act in self.story.acts), self.discourse.mentions[name]),
            default="",
        )

    def _term(self, clause: Clause) -> None:
        """Borrowed for four weeks; extended by two minutes in the last minute."""
        act = self._act_of(clause)
        if act is None:
            return
        mark, last, by = clause.mark("for"), clause.mark("last"), clause.mark("by")
        if mark is not None and act.verb in LENDING:
            act.term = mark.duration
        if by is not None and act.verb in {"extend", "prolong", "postpone"}:
            act.stretch = (last.duration if last is not None else "", by.duration)

    # places -------------------------------------------------------------------------------------------------------

    def _full(self, clause: Clause) -> bool:
        """A class is full; an event is sold out."""
        full = (clause.verb.base == "be" and clause.complement in _FULL) or clause.verb.base in {
            "sell_out",
            "fill_up",
            "book_out",
        }
        if not full or not clause.subjects:
            return False
        thing = self.discourse.vocabulary.thing(self.discourse.resolved(clause.subjects[0]))
        self.story.acts[:] = [act for act in self.story.acts if act.verb not in {"sell_out", "fill_up", "book_out"}]
        if thing and any(act.target == thing and act.verb in _TAKING for act in self.story.acts):
            self.discourse.attributes.setdefault(thing, {})["capacity"] = "integer"
            self.story.capacities.setdefault(thing, True)
        return True

    # time ---------------------------------------------------------------------------------------------------------

    def _before_deadline(self, clause: Clause, source: Source) -> bool:
        noun = next(
            (
                noun
                for noun in clause.after("before", "until", "by")
                if field_name(noun) in {"deadline", "due_date", "closing_time", "end_date"}
            ),
            None,
        )
        act = self._act_of(clause)
        if noun is None or act is None or not act.roles:
            return False
        name = field_name(noun)
        owner = next(
            (
                other.thing
                for other in self.story.acts
                if other.thing != act.thing and not other.target and other is not act
            ),
            "",
        )
        owner = act.target or owner
        if not owner or owner == act.thing:
            return False
        self.discourse.attributes.setdefault(owner, {})[name] = "datetime"
        act.reads[owner] = "required"
        said = f"It is too late: the {name.replace('_', ' ')} is over."
        self.story.rules.append(Rule(act, f"{name}_over", f"now <= {snake_words(owner)}.{name}", said, source))
        return True

    def _banned(self, clause: Clause, source: Source) -> bool:
        """If you don't show up three times you can't book for two weeks."""
        mark = clause.mark("for")
        if mark is None or not clause.verb.negated or clause.verb.modal not in {"can", "may"}:
            return False
        cause = next((each for each, _ in self.heard if each.governs is clause), None)
        times = cause.mark("times") if cause is not None else None
        forbidden = next((act for act in self.story.acts if act.verb == clause.verb.base), None)
        offence = next((act for act in self.story.acts if act.clause is cause), None) if cause is not None else None
        if offence is None or forbidden is None:
            return False
        person, count = offence.thing, int(times.number) if times is not None else 1
        counter = f"{snake_words(offence.named or offence.verb)}s"
        self.discourse.attributes.setdefault(person, {}).update({counter: "integer", "suspended_until": "datetime"})
        suspend = Act("suspend", person, source, passive=True, clause=clause)
        suspend.fields["suspended_until"] = f'now + duration("{mark.duration}")'
        suspend.triggers.append(Trigger("act", offence, condition=f"event.{counter} >= {count}"))
        offence.counts = counter
        self.story.acts.append(suspend)
        forbidden.reads[person] = "required"
        name = snake_words(person)
        rule = f"!has({name}.suspended_until) || {name}.suspended_until < now"
        self.story.rules.append(Rule(forbidden, "suspended", rule, f"The {person} is suspended for now.", source))
        return True

    # amounts ------------------------------------------------------------------------------------------------------

    def _not_negative(self, clause: Clause, source: Source) -> bool:
        """The balance must never become negative."""
        subject = next(iter(clause.subjects), None)
        negative = clause.complement == "negative" or any(
            noun.head == "zero" for noun in clause.after("below", "under")
        )
        if (
            subject is None
            or not negative
            or TYPE_OF_FIELD.get(field_name(subject)) not in {"money", "integer", "decimal"}
        ):
            return False
        name = field_name(subject)
        spending = [act for act in self.story.acts if act.verb in SPENDING]
        owner = spending[0].thing if spending else self.discourse.focus
        if not owner:
            return True
        self.discourse.attributes.setdefault(owner, {})[name] = TYPE_OF_FIELD[name]
        for act in spending:
            if act.thing == owner:
                act.fields.setdefault("amount", "money")
                self.story.rules.append(
                    Rule(act, f"{name}_too_low", f"command.amount <= state.{name}", f"The {name} is too low.", source)
                )
        return True

    def _share(self, clause: Clause, source: Source) -> bool:
        """A quiz is passed with at least 80% of the points."""
        mark, act = clause.mark("limit"), self._act_of(clause)
        if mark is None or mark.unit != "%" or act is None or mark.relative or mark.comparison not in {"ge", "gt"}:
            return False
        cause = next(
            (
                trigger
                for trigger in act.triggers
                if trigger.kind == "act" and trigger.act is not None and trigger.act.roles
            ),
            None,
        )
        if cause is not None and cause.act is not None and cause.act.thing == act.thing:
            cause.act.fields["score_percent"] = "decimal"
            cause.condition = f"event.score_percent {SIGNS[mark.comparison]} {mark.number:g}"
            return True
        act.fields["score_percent"] = "decimal"
        rule = f"command.score_percent {SIGNS[mark.comparison]} {mark.number:g}"
        self.story.rules.append(Rule(act, "not_enough", rule, f"It takes {mark.text}.", source))
        return True

    def _threshold(self, clause: Clause, source: Source) -> bool:
        """Transfers above 10,000 euros have to be approved: the others approve themselves."""
        noun = next((noun for noun in (*clause.subjects, *clause.objects) if _is_money(noun.mark)), None)
        if noun is None or noun.mark is None:
            return False
        thing = self.discourse.vocabulary.thing(self.discourse.resolved(noun))
        approve = next((act for act in self.story.acts if act.verb == "approve" and act.thing == thing), None)
        made = next((act for act in self.story.acts if act.thing == thing and act is not approve), None)
        if approve is None or made is None:
            return any(noun.mark.text in act.source.words and act.extra_events for act in self.story.acts)
        made.fields.setdefault("amount", "money")
        self.discourse.attributes.setdefault(thing, {})["amount"] = "money"
        if any(act.verb == "approve" and act.thing == thing and act.clause is not clause for act in self.story.acts):
            self.story.questions.append(Question(f"Who else must approve: {source.words}", thing))
            return True
        approve.triggers.append(Trigger("act", made, condition=f"event.amount <= {edge_of(noun.mark)}"))
        return True

    # the rest -----------------------------------------------------------------------------------------------------

    def _act_of(self, clause: Clause) -> Act | None:
        return next((act for act in self.story.acts if act.clause is clause), None)

    def _unread(self, clause: Clause, source: Source) -> None:
        """Ask about limits that no rule came of."""
        if clause.link in {"unless", "until"} and clause.governs is not None:
            self.story.questions.append(Question(f"Which rule is meant: {source.words}"))
        inner = [noun.mark for noun in (*clause.subjects, *clause.objects) if noun.mark is not None]
        for mark in (*clause.marks, *inner):
            heard = any(mark.text in rule.source.words for rule in self.story.rules) or any(
                trigger.mark is mark or (trigger.condition and mark.text in act.source.words)
                for act in self.story.acts for trigger in act.triggers
            )  # fmt: skip
            if mark.kind == "limit" and not heard and not any(act.extra_events for act in self.story.acts):
                self.story.questions.append(Question(f'Which rule is meant by "{mark.text}": {source.words}'))


def _is_money(mark: Mark | None) -> bool:
    return mark is not None and mark.kind == "limit" and mark.is_money


def snake_words(words: str) -> str:
    """Give the words as one name in an expression."""
    return words.replace(" ", "_").replace("-", "_")
