"""What the system is called, and its summary."""

from typing import TYPE_CHECKING

from skafu.planning.language.clauses import Reading
from skafu.planning.lexicon import nouns, people, words
from skafu.planning.meaning.story import Story

if TYPE_CHECKING:
    from skafu.planning.language.phrases import Noun

_NAMELESS = words("system app platform application software company tool website portal service solution program")
_LONGEST = 140


def title_of(readings: tuple[Reading, ...], story: Story) -> tuple[str, str]:
    """Give a short name in words, and one sentence."""
    first = readings[0] if readings else None
    summary = first.sentence.text if first is not None else ""
    summary = summary if len(summary) <= _LONGEST else f"{summary[:_LONGEST].rsplit(' ', 1)[0]} ..."
    candidates: list[Noun] = list(first.loose) if first is not None and first.loose else []
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
    named = max(story.acts, key=lambda act: sum(each.thing == act.thing for each in story.acts), default=None)
    return (f"{named.thing} system" if named is not None else "system"), summary
