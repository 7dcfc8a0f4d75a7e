"""What the system is called, and its summary."""

import re

from skafu.planning.language.clauses import Reading
from skafu.planning.language.phrases import Noun
from skafu.planning.lexicon import nouns, people, words
from skafu.planning.meaning.story import Story
from skafu.planning.meaning.vocabulary import nouns_of

_NAMELESS = words("system app platform application software company tool website portal service solution program")
_LONGEST = 140
_TITLE = 5
"""Words at the beginning of a description among which its title is."""
_KIND_OF_SYSTEM = "app|application|platform|system|tool|software|service|portal|website"
_HEADING = re.compile(rf"(?:an? |the |our )?((?:\w+ )?\w+ing) (?:{_KIND_OF_SYSTEM})\.?$", re.IGNORECASE)
_PREFACE = re.compile(
    r"(?:(?:functional )?requirements|features?|user stories|overview|introduction|description|background|scope|summary"
    r"|acceptance criteria|project|idea)\W*$",
    re.IGNORECASE,
)
"""Headings that say nothing about the system."""
_STORY = re.compile(r"(?:\w+[:.)] *)?(?:as an? |given |when |then )", re.IGNORECASE)


def title_of(readings: tuple[Reading, ...], story: Story) -> tuple[str, str]:
    """Give a short name in words, and one sentence; no sentence where the first one tells a story of somebody."""
    first = next((reading for reading in readings if not _PREFACE.match(reading.sentence.text)), None)
    summary = _summary(first.sentence.text) if first is not None else ""
    heading = _HEADING.match(first.sentence.text) if first is not None else None
    if heading:
        return heading[1].lower(), summary
    candidates: list[Noun] = [noun for noun in first.loose if _opens(noun, first)] if first is not None else []
    if first is not None:
        for clause in first.clauses:
            candidates += [
                noun
                for noun in (*clause.subjects, *clause.objects)
                if noun.head in nouns.SYSTEMS or noun.head in people.PLACES
            ]
            candidates += [noun.of for noun in clause.objects if noun.of is not None and noun.of.head in people.PLACES]
    for noun in [
        noun.of if noun.of is not None and noun.head in {"chain", "network", "group", "number"} else noun
        for noun in candidates
    ]:
        if not noun.pronoun and noun.head not in _NAMELESS:
            return " ".join((*noun.before[-1:], noun.head)).replace("_", " "), summary
        if noun.before:
            return noun.before[-1].replace("_", " "), summary
    named = max(story.acts, key=lambda act: _weight(act.thing, story, first), default=None)
    return (f"{named.thing} system" if named is not None else "system"), summary


def _opens(noun: Noun, reading: Reading) -> bool:
    """Whether a noun that no verb has stands at the beginning of its sentence, as titles do."""
    last = noun.text.lower().split()[-1:]
    return any([word.low] == last for word in reading.sentence.words[:_TITLE])


def _weight(thing: str, story: Story, first: Reading | None) -> tuple[bool, int]:
    """How much a text is about a thing: whether the first words name it, and how much is done to it."""
    clauses = first.clauses if first is not None else ()
    spoken = {noun.name for clause in clauses for noun in nouns_of(clause)}
    spoken |= {noun.name for noun in first.loose} if first is not None else set()
    return thing.replace("_", " ") in spoken, sum(act.thing == thing for act in story.acts)


def _summary(sentence: str) -> str:
    """Give the first sentence of a description as a summary: what comes before a colon, or whole clauses of it."""
    if _STORY.match(sentence):
        return ""
    title = sentence.partition(": ")[0]
    said = title if title != sentence and len(title.split()) > 1 else sentence
    said = said[0].upper() + said[1:].rstrip(" .;:,")
    if len(said) > _LONGEST:
        clauses = said[:_LONGEST].rpartition(", ")[0]
        said = clauses or f"{said[:_LONGEST].rsplit(' ', 1)[0]} .."
    return said if said.endswith(("!", "?")) else f"{said}."
