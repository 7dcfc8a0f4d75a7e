"""What the routes of the AI context take and give."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from skafu.blueprint import changes
from skafu.web_api.envelope import Body, example
from skafu.web_api.plain_json import PlainJson

ProjectId = Annotated[str, Field(max_length=100, description="The project that it is for; empty for none.")]
Step = Annotated[str, Field(max_length=200)] | Annotated[int, Field(ge=0, le=20_000)]
Place = Annotated[
    list[Step],
    Field(
        max_length=40,
        description="Keys, names of elements and indexes from the root.",
        examples=[["services", "sales", "aggregates", "Order", "summary"]],
    ),
]
BlueprintText = Annotated[str, Field(min_length=1, max_length=900_000, description="The text of a blueprint.")]


class SetValueBody(Body):
    """Let a place hold a value."""

    kind: Literal["set_value"]
    at: Place
    value: PlainJson = Field(description="Any value of JSON.")

    def change(self) -> changes.Change:
        """The change of the blueprint."""
        return changes.SetValue(tuple(self.at), self.value)


class AddItemBody(Body):
    """Add an item to a list, at its end or before another one."""

    kind: Literal["add_item"]
    to: Place
    value: PlainJson = Field(description="Any value of JSON.")
    before: Step | None = Field(None, description="The name or index of the item before which it stands.")

    def change(self) -> changes.Change:
        """The change of the blueprint."""
        return changes.AddItem(tuple(self.to), self.value, self.before)


class RemoveItemBody(Body):
    """Take a key or an item away."""

    kind: Literal["remove_item"]
    at: Place

    def change(self) -> changes.Change:
        """The change of the blueprint."""
        return changes.RemoveItem(tuple(self.at))


class RenameBody(Body):
    """Give a named element, a word of a list or a key another name; what refers to an element follows."""

    kind: Literal["rename"]
    at: Place
    to: str = Field(min_length=1, max_length=100, description="The new name.")

    def change(self) -> changes.Change:
        """The change of the blueprint."""
        return changes.Rename(tuple(self.at), self.to)


ChangeBody = Annotated[
    SetValueBody | AddItemBody | RemoveItemBody | RenameBody, Field(discriminator="kind", description="A change.")
]


class AnalysisBody(Body):
    """What is to be analysed: either a description, which becomes a draft, or a blueprint, which is reviewed."""

    model_config = example({"description": "Customers place orders. The warehouse ships orders."})

    project_id: ProjectId = ""
    description: str | None = Field(None, min_length=1, max_length=100_000, description="A system in plain English.")
    blueprint: BlueprintText | None = None
    present: BlueprintText | None = Field(
        None, description="The present blueprint: the draft of a description is compared with it."
    )
    agent: str = Field("rules", min_length=1, max_length=60, description="Who analyses a description.")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.description is None) == (self.blueprint is None):
            raise ValueError("give either a description or a blueprint")
        return self


class ApplyBody(Body):
    """The text in which changes are made."""

    model_config = example({"blueprint": "skafu: 1\nname: bookstore\nservices: []\n"})

    blueprint: BlueprintText | None = Field(
        None, description="The blueprint as it is now; without it, the one that was analysed."
    )


class ReasonBody(Body):
    """Why."""

    model_config = example({"reason": "every clerk may do this"})

    reason: str = Field("", max_length=1000, description="Why, in words for colleagues.")


class DraftBody(Body):
    """A draft: from recommendations, or from changes of a blueprint."""

    model_config = example({"recommendations": ["60133f9d-42a0-542c-915b-7343b7680c35"]})

    project_id: ProjectId = ""
    blueprint: BlueprintText | None = None
    recommendations: list[UUID] = Field([], max_length=100, description="Whose changes are made, in their order.")
    changes: list[ChangeBody] = Field([], max_length=1000, description="Changes to make, in their order.")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if bool(self.recommendations) == bool(self.changes):
            raise ValueError("give either recommendations or changes")
        if self.changes and self.blueprint is None:
            raise ValueError("give the blueprint that the changes are made in")
        return self


class BudgetBody(Body):
    """What the organisation may use in a month."""

    model_config = example({"tokens": 1000000})

    tokens: int = Field(ge=0, le=10_000_000_000, description="Tokens a month; 0 stops all calls that cost.")


class StepView(BaseModel):
    """How far an analysis came."""

    number: int
    name: str
    said: str
    at: datetime


class FailureView(BaseModel):
    """Why an analysis has no result."""

    code: str
    reason: str
    fix: str


class AnalysisView(BaseModel):
    """An analysis."""

    id: str
    project_id: str
    subject: Literal["description", "blueprint"]
    agent: str
    status: Literal["running", "completed", "failed"]
    steps: int = Field(description="How many were taken so far.")
    draft_id: str = Field("", description="The draft that it led to.")
    recommendations: int = 0
    questions: list[str] = Field([], description="What the description leaves open.")
    tokens: int = 0
    cached: bool = Field(default=False, description="The same was asked before, so that nothing was called.")
    failure: FailureView | None = None


class RecommendationView(BaseModel):
    """A finding, and what can be done about it."""

    id: str
    analysis_id: str
    project_id: str
    code: str
    severity: Literal["error", "warning", "hint"]
    place: str = Field(description="Where, in words.")
    line: int
    message: str
    reason: str = Field(description="What this kind of finding means.")
    fix: str
    change: list[dict[str, Any]] | None = Field(description="Changes that mend it; null where only a person knows.")
    without: str = Field("", description="Why there is no change.")
    status: Literal["open", "applied", "dismissed"] = "open"
    draft_id: str = ""
    dismissed_because: str = ""


class DraftView(BaseModel):
    """A proposed blueprint."""

    id: str
    project_id: str
    analysis_id: str
    recommendations: list[str]
    status: Literal["open", "accepted", "discarded"] = "open"


class WholeDraftView(DraftView):
    """The same with its text."""

    blueprint: str
    difference: list[str] = Field(description="Against the blueprint that it would replace, as `diff -u` shows it.")


class GenerationView(BaseModel):
    """A tree of files that was generated."""

    id: str
    project_id: str
    draft_id: str
    blueprint: str = Field(description="The digest of the blueprint.")
    files: int
    digest: str
    created_at: datetime


class UsageView(BaseModel):
    """What a month has used."""

    period: str = Field(examples=["2026-11"])
    asked: int = Field(description="Analyses of descriptions that were answered.")
    answered_from_memory: int
    hit_rate: float = Field(description="The share of them that was answered from memory; 0 to 1.")
    calls: int
    tokens: int
    limit_reached_at: datetime | None


class BudgetView(BaseModel):
    """What may be used in this month, and what is left of it."""

    period: str
    tokens: int = Field(description="The budget of a month.")
    used: int
    set_aside: int = Field(description="For calls that have not ended.")
    left: int
