"""Conditions on values: warmer than its limit, stock below the minimum, more than 8 degrees."""

from skafu.planning.language.clauses import Clause
from skafu.planning.language.marks import Mark
from skafu.planning.language.phrases import Noun
from skafu.planning.lexicon import words
from skafu.planning.lexicon.fields import TYPE_OF_FIELD
from skafu.planning.meaning.discourse import Discourse
from skafu.planning.meaning.story import Act, Question, Story, Trigger
from skafu.planning.meaning.vocabulary import field_name

_MEASURE_OF = {
    "warmer": ("temperature", ">"), "hotter": ("temperature", ">"), "colder": ("temperature", "<"),
    "cooler": ("temperature", "<"), "higher": ("", ">"), "lower": ("", "<"), "heavier": ("weight", ">"),
    "lighter": ("weight", "<"), "faster": ("speed", ">"), "slower": ("speed", "<"), "larger": ("", ">"),
    "greater": ("", ">"), "smaller": ("", "<"), "above": ("", ">"), "below": ("", "<"), "under": ("", "<"),
    "over": ("", ">"), "outside": ("", ">"), "louder": ("noise", ">"), "wetter": ("humidity", ">"),
    "dryer": ("humidity", "<"),
}  # fmt: skip
_RISING = words("exceed rise climb reach pass increase go leave cross")
_FALLING = frozenset({"fall", "drop", "sink", "decrease", "go"})
SIGNS = {"gt": ">", "ge": ">=", "lt": "<", "le": "<=", "eq": "=="}


def value_trigger(clause: Clause, story: Story, discourse: Discourse) -> Trigger | None:
    """Give the trigger of a condition on a measured value; nothing when the clause compares nothing."""
    sign = _sign(clause)
    if not sign:
        return None
    reading = next((act for act in story.acts if act.thing == "reading"), None)
    name = _measured(clause, reading)
    limit = next(
        (mark for mark in (clause.mark("limit"), *_inner_marks(clause)) if mark is not None and mark.kind == "limit"),
        None,
    )
    if reading is not None and name in reading.fields:
        return _on_reading(clause, story, reading, name, sign, limit)
    _ask_about_field(clause, story, discourse, name)
    return None


def _sign(clause: Clause) -> str:
    base = clause.verb.base
    if clause.complement in _MEASURE_OF:
        return _MEASURE_OF[clause.complement][1]
    limit = clause.mark("limit")
    if limit is not None and (base in {"be"} | _RISING | _FALLING):
        return SIGNS[limit.comparison]
    prepositions = {preposition for preposition, _ in clause.obliques}
    if base in _FALLING and prepositions & {"below", "under"}:
        return "<"
    if base in _RISING and (prepositions & {"above", "over", "outside"} or base in {"exceed", "leave"}):
        return ">"
    if base == "be" and prepositions & {"above", "over", "outside"}:
        return ">"
    return "<" if base == "be" and prepositions & {"below", "under"} else ""


def _inner_marks(clause: Clause) -> list[Mark | None]:
    return [noun.mark for noun in (*clause.subjects, *clause.objects)]


def _measured(clause: Clause, reading: Act | None) -> str:
    named = _MEASURE_OF.get(clause.complement, ("", ""))[0]
    if named:
        return named
    for noun in clause.subjects:
        for candidate in (noun, noun.of):
            if (
                candidate is not None
                and not candidate.pronoun
                and TYPE_OF_FIELD.get(field_name(candidate), "") in {"decimal", "integer", "money"}
            ):
                return field_name(candidate)
    return next(iter(reading.fields), "") if reading is not None else ""


def _limit_noun(clause: Clause) -> Noun | None:
    behind = clause.after("than", "below", "under", "above", "over", "outside", "beyond")
    return next(iter((*behind, *clause.objects)), None)


def _on_reading(clause: Clause, story: Story, reading: Act, name: str, sign: str, limit: Mark | None) -> Trigger:
    if limit is not None:
        edge = f"{limit.number:g}"
    else:
        edge = f"event.{name}_limit"
        reading.fields.setdefault(f"{name}_limit", "decimal")
        story.questions.append(
            Question(f"Each reading carries its {name} limit; who sets the limit, and where is it kept?", "reading")
        )
    duration = clause.mark("for")
    if duration is not None:
        story.questions.append(
            Question(
                f'One value past the limit is enough to react; "{duration.text}" needs a rule of its own.', "reading"
            )
        )
    return Trigger("value", reading, field=name, condition=f"event.{name} {sign} {edge}")


def _ask_about_field(clause: Clause, story: Story, discourse: Discourse, name: str) -> None:
    """Stock that falls below its minimum: whatever lowers it."""
    subject = clause.subjects[0] if clause.subjects else None
    if subject is None or not name:
        return
    inner = next((each for each in (subject.of, subject.owner) if each is not None), None)
    thing = discourse.vocabulary.thing(discourse.resolved(inner)) if inner is not None else ""
    owner = thing or next((act.thing for act in story.acts if name in discourse.attributes.get(act.thing, {})), "")
    if not owner:
        return
    story.questions.append(Question(f"What lowers or raises the {name.replace('_', ' ')} of each {owner}?", owner))
    discourse.attributes.setdefault(owner, {}).setdefault(
        name, "integer" if name in {"stock", "quantity", "stock_level"} else "decimal"
    )
