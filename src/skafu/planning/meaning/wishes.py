"""What people want to see: queries and reports."""

from dataclasses import dataclass

from skafu.planning.language.clauses import Clause
from skafu.planning.language.phrases import Noun
from skafu.planning.lexicon import nouns, verbs
from skafu.planning.meaning.acting import Actor
from skafu.planning.meaning.discourse import Discourse
from skafu.planning.meaning.frames import Frames
from skafu.planning.meaning.story import Act, Source, Story, Wish
from skafu.planning.meaning.vocabulary import Vocabulary

_CATALOGUES = frozenset({"catalogue", "catalog", "assortment", "range", "offering"})
_COMING = frozenset({"book", "reserve", "register", "enroll", "sign_up", "join"})
_PARTS = frozenset({"list", "history", "number", "status", "detail"})
_GETTING = frozenset({"want", "get", "need", "receive", "download"})


def _is_report(noun: Noun) -> bool:
    return noun.head in nouns.REPORTS


@dataclass(slots=True)
class Wishes:
    """Finds the wishes of one story."""

    story: Story
    vocabulary: Vocabulary
    discourse: Discourse
    actor: Actor
    frames: Frames

    def acts(self, clause: Clause, source: Source) -> list[Act] | None:
        """Note what somebody wants to see.

        Returns:
            The acts that make the reports that are wanted; None where the clause is no wish.
        """
        reports = any(_is_report(noun) for noun in clause.objects)
        wants = clause.verb.base in _GETTING and reports
        if not wants and not self._asks(clause):
            return None
        roles = self.discourse.agents(clause)
        found = [self._wish_for(clause, noun, roles, source) for noun in self.discourse.patients(clause)]
        wishes = [wish for wish in found if wish is not None] or self._asked(clause, roles, source)
        acts = self.frames.reports(clause, source) if reports else []
        self.story.wishes += [*wishes, *(Wish(act.thing, source, roles) for act in acts)]
        return acts if wishes or acts or clause.link not in {"when", "if", "once"} else None

    def _asks(self, clause: Clause) -> bool:
        base = clause.verb.base
        if base not in verbs.QUERYING or clause.verb.passive or (base in verbs.CRUD and clause.link == "purpose"):
            return False
        if base in {"track", "keep_track"}:
            return bool(self.discourse.agents(clause))
        if base in {"check", "monitor", "compare"}:
            return not clause.after("against", "for")
        return base not in {"count", "inspect"}

    def _wish_for(self, clause: Clause, noun: Noun, roles: list[str], source: Source) -> Wish | None:
        inner = noun.of if noun.of is not None and (_is_report(noun) or noun.head in _PARTS) else noun
        thing = self.vocabulary.thing(inner) or (self.vocabulary.thing(noun) if _is_report(noun) else "")
        if thing in _CATALOGUES:
            thing = (
                next((act.thing for act in self.story.acts if act.verb == "add" and not act.named), "")
                or self._main_thing()
            )
        if self.vocabulary.is_field(inner) and thing not in self.discourse.records and not self.story.things.get(thing):
            thing = self.actor.owner(clause, inner)
        if not thing or self.vocabulary.is_system(inner):
            return None
        own = noun.owner is not None and noun.owner.head in {"my", "their", "his", "her"}
        adjectives = [word for word in inner.adjectives if word not in {"new", "own", "old", "available"}]
        return Wish(thing, source, roles, " ".join([*adjectives[-1:], thing]), own, list(inner.participles))

    def _main_thing(self) -> str:
        return max(self.story.things.values(), key=lambda thing: thing.count).name if self.story.things else ""

    def _asked(self, clause: Clause, roles: list[str], source: Source) -> list[Wish]:
        """See who is coming: whatever was spoken of."""
        coming = (act.thing for act in self.story.acts if act.verb in _COMING)
        thing = next(coming, self.discourse.focus)
        return [Wish(thing, source, roles)] if thing and clause.verb.base in {"see", "know", "check", "view"} else []
