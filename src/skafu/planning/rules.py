"""The planner that works by rules alone: no model, no key, no network, the same blueprint for the same text."""

from collections.abc import Callable

from skafu.planning.design.access import give_access
from skafu.planning.design.aggregates import Aggregates
from skafu.planning.design.computed import give_terms, work_out
from skafu.planning.design.naming import kebab
from skafu.planning.design.notices import add_notices
from skafu.planning.design.places import add_places
from skafu.planning.design.queries import add_queries
from skafu.planning.design.reactions import Reactions
from skafu.planning.design.services import cut
from skafu.planning.design.sheets import SystemSheet
from skafu.planning.design.states import give_states
from skafu.planning.design.tidying import tidy
from skafu.planning.design.wiring import wire
from skafu.planning.design.writing import Writer
from skafu.planning.intake import admit, nothing_found
from skafu.planning.language.clauses import Reading, read_sentence
from skafu.planning.language.words import sentences_of
from skafu.planning.meaning.implied import ENOUGH, add_natural_lives, is_kept, merge_names, spoken_nouns
from skafu.planning.meaning.limits import Limits
from skafu.planning.meaning.links import Linker
from skafu.planning.meaning.story import Question, Story
from skafu.planning.meaning.telling import Teller
from skafu.planning.meaning.title import title_of
from skafu.planning.meaning.vocabulary import nouns_of
from skafu.planning.plan import Plan

Told = Callable[[str, str], None]
"""Hears how far a plan is: the name of the step that has been taken, and what came of it."""


def _silent(_step: str, _said: str) -> None:
    """Nobody listens."""


class RulesPlanner:
    """Plans by linguistic rules and a lexicon."""

    name = "rules, no model"

    def __init__(self, told: Told = _silent) -> None:
        """Plan for somebody who may want to hear how far it is."""
        self._told = told

    def plan(self, text: str) -> Plan:
        """Plan a system.

        Args:
            text: the description, in plain English, up to 100 kB.

        Raises:
            Invalid: empty, binary, too large, no English, or nothing that a system could do; says what to do.
        """
        readings = tuple(read_sentence(sentence, at) for at, sentence in enumerate(sentences_of(admit(text))))
        self._told("intake", counted(len(readings), "sentence"))
        teller = Teller(readings)
        story = teller.tell()
        _complete(story, teller, readings)
        self._told("story", f"{counted(len(story.acts), 'act')} that somebody or something does")
        if not story.acts and not story.wishes:
            raise nothing_found()
        return self._write(story, teller)

    def _write(self, story: Story, teller: Teller) -> Plan:
        title, summary = title_of(teller.readings, story)
        system = SystemSheet(kebab(title), summary, per_second=story.per_second)
        aggregates = Aggregates(story, teller.discourse.attributes, system, generic=teller.vocabulary.generic)
        aggregates.build()
        if not system.aggregates:
            raise nothing_found()
        self._told("entities", ", ".join(each.name for each in system.aggregates))
        work_out(system)
        give_terms(system)
        give_states(system)
        add_places(story, system)
        self._told("commands", _commands(system))
        reactions = Reactions(story, system)
        reactions.build()
        add_notices(story, system, reactions)
        self._told("reactions", f"{counted(len(system.policies), 'reaction')}, {counted(len(system.timers), 'timer')}")
        give_access(story, system, aggregates.staff)
        self._told("access", ", ".join(system.roles))
        wire(system)
        tidy(story, system, aggregates.staff)
        add_queries(story, system, aggregates.staff)
        self._told("queries", ", ".join(each.name for each in system.queries))
        writer = Writer(system, cut(system))
        blueprint = writer.write()
        self._told("blueprint", counted(len(blueprint.services), "service"))
        for words in story.unread:
            story.questions.append(Question(f"What is meant by: {words}"))
        questions = {question.text: question for question in story.questions}
        return Plan(blueprint, writer.provenance, tuple(questions.values()), self.name)


def counted(number: int, word: str) -> str:
    """A number with its word: `1 sentence`, `2 sentences`."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def _commands(system: SystemSheet) -> str:
    return ", ".join(command.name for aggregate in system.aggregates for command in aggregate.commands)


def _complete(story: Story, teller: Teller, readings: tuple[Reading, ...]) -> None:
    """Add what is only meant: names for the same thing, rules, causes, natural lives."""
    merge_names(story, teller.discourse)
    Linker(story, teller.told, teller.discourse).link()
    Limits(story, teller.heard, teller.discourse).find()
    if len(story.acts) < ENOUGH:
        groups = [
            (noun, reading.sentence.text)
            for reading in readings
            for clause in reading.clauses
            for noun in nouns_of(clause)
        ]
        groups += [(noun, reading.sentence.text) for reading in readings for noun in reading.loose]
        spoken = spoken_nouns(groups)
        titled = any(reading.loose and not reading.clauses for reading in readings)
        if story.acts or story.wishes or titled or any(is_kept(noun) for noun, _ in spoken):
            add_natural_lives(story, teller.discourse, spoken)


def plan(text: str) -> Plan:
    """Plan a system by rules; see `RulesPlanner.plan`."""
    return RulesPlanner().plan(text)
