"""Ties notices to what people are told about: an act, a moment, every change, or a person who sends them."""

from typing import TYPE_CHECKING, Protocol

from skafu.planning.lexicon import outside
from skafu.planning.lexicon.fields import TYPE_OF_FIELD
from skafu.planning.meaning.story import Act, Notice, Story, Told, Trigger

if TYPE_CHECKING:
    from skafu.planning.language.clauses import Clause
    from skafu.planning.meaning.discourse import Discourse

_CHANGES = frozenset({"step", "stage", "change", "status", "update", "anything", "something"})
_DUE = frozenset({"due", "overdue"})


class Linking(Protocol):
    """What notices need of whoever links the story that they stand in."""

    story: Story
    told: list[Told]
    discourse: "Discourse"

    def timed(self, at: int, clause: "Clause", act: Act) -> Trigger | None:
        """What time a clause gives an act."""

    def previous(self, at: int, act: Act) -> Act | None:
        """The act that was told before a place of the text."""

    def cause(self, condition: Told, act: Act) -> Trigger | None:
        """What a condition makes an act follow from."""


def link_notice(linker: Linking, at: int, told: Told, notice: Notice, conditions: list[Told]) -> None:
    """Give a notice its triggers; without one it becomes a question later."""
    notice.triggers += [
        trigger for condition in conditions if (trigger := _condition(linker, notice, condition)) is not None
    ]
    if notice.triggers:
        return
    thing = notice.about if _lives(linker, notice.about) else _last_thing(linker, at)
    if _at_every_change(told.clause, conditions):
        notice.about = thing
        notice.triggers = [Trigger("act", act) for act in linker.story.acts if act.thing == thing and not act.hinted]
        return
    reminding = Act("remind", thing, told.source)
    timed = linker.timed(at, told.clause, reminding)
    if timed is not None and timed.kind in {"schedule", "moment", "deadline"}:
        notice.triggers.append(timed)
        notice.about = reminding.thing
        return
    if _by_hand(linker, told, notice, thing):
        return
    born = next((act for act in linker.story.acts if act.thing == notice.about and act.verb), None)
    previous = (
        born if told.clause.after("for") and born is not None else linker.previous(at, Act("tell", "", told.source))
    )
    if previous is not None:
        notice.triggers.append(Trigger("act", previous))


def _condition(linker: Linking, notice: Notice, condition: Told) -> Trigger | None:
    clause = condition.clause
    if clause.complement in _DUE and clause.subjects:
        thing = linker.discourse.vocabulary.thing(linker.discourse.resolved(clause.subjects[0]))
        if thing:
            has = linker.discourse.attributes.setdefault(thing, {})
            name = next((each for each in has if TYPE_OF_FIELD.get(each) in {"date", "datetime"}), "due_date")
            has[name] = "datetime"
            notice.about = thing
            return Trigger("moment", field=name)
    if not condition.acts and not condition.failure:
        return None
    return linker.cause(condition, Act("tell", "", condition.source))


def _at_every_change(clause: "Clause", conditions: list[Told]) -> bool:
    named = [noun.head for noun in clause.after("at", "about", "of", "on")]
    named += [noun.head for condition in conditions for noun in condition.clause.subjects]
    return bool(_CHANGES & set(named))


def _by_hand(linker: Linking, told: Told, notice: Notice, thing: str) -> bool:
    """A landlord sends rent reminders: a command of his, and the notice follows."""
    clause = told.clause
    roles = notice.roles
    sends = clause.verb.base in {"send", "give", "issue"} and not clause.verb.passive
    if not sends or not roles or not thing:
        return False
    noun = next((noun for noun in clause.objects if noun.head in outside.TOLD_THINGS), None)
    if noun is None:
        return False
    act = Act("send", thing, told.source, named=noun.name, roles=list(roles), clause=clause)
    linker.story.acts.append(act)
    notice.triggers.append(Trigger("act", act))
    return True


def _lives(linker: Linking, thing: str) -> bool:
    return any(act.thing == thing for act in linker.story.acts)


def _last_thing(linker: Linking, at: int) -> str:
    """Give the thing that was acted on last before a place of the text."""
    acts = [act for told in linker.told[:at] for act in told.acts]
    return acts[-1].thing if acts else linker.discourse.focus
