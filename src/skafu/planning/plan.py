"""What a planner gives: the blueprint, where each element comes from, and what a person should decide."""

import textwrap
from dataclasses import dataclass

from skafu.blueprint.model import Blueprint
from skafu.blueprint.writing import write
from skafu.planning.meaning.story import Question, Source

__all__ = ["Plan", "Question", "Source"]


@dataclass(frozen=True, slots=True)
class Plan:
    """A blueprint with its reasons.

    Attributes:
        blueprint: passes `check` without errors.
        provenance: path of an element ("services.orders.aggregates.Order.commands.PlaceOrder") -> the sentence of the
            description and the rule that it comes from.
        questions: what the description leaves open.
        planner: the name of the planner.
    """

    blueprint: Blueprint
    provenance: dict[str, Source]
    questions: tuple[Question, ...]
    planner: str

    def written(self) -> str:
        """The blueprint as YAML, below comments that say what is open."""
        asked = [
            textwrap.fill(one.text, 118, initial_indent="# Open: ", subsequent_indent="#   ") for one in self.questions
        ]
        return "".join(f"{one}\n" for one in asked) + write(self.blueprint)

    def explain(self) -> str:
        """Say in lines of text what was understood, from which words, and what is open."""
        lines = [f"{self.blueprint.name}, planned by {self.planner}", ""]
        said = ""
        for path, source in sorted(self.provenance.items(), key=lambda pair: (pair[1].words, pair[0])):
            if source.words != said:
                said = source.words
                lines.append(f'"{said}"' if said else "(no words of the description)")
            lines.append(f"  {path}  ({source.rule})")
        if self.questions:
            lines += ["", "Open questions:"]
            lines += [f"  - {question.text}" for question in self.questions]
        return "\n".join(lines) + "\n"
