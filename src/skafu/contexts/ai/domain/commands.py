"""What can be asked of the AI context. All of it may be asked again: the same command leads to nothing new."""

from skafu.blueprint.changes import Change
from skafu.blueprint.findings import Severity
from skafu.contexts.ai.domain.events import Subject
from skafu.kernel.events import Command


class RequestAnalysis(Command, frozen=True):
    """Analyse a text, which is a content of the tenant by now.

    Attributes:
        base: the content with the present blueprint, when the draft of a description would replace one.
    """

    analysis_id: str
    project_id: str
    subject: Subject
    text: str
    agent: str = "rules"
    base: str = ""


class RecordStep(Command, frozen=True):
    """The agent says how far it is; steps count from 1."""

    analysis_id: str
    number: int
    name: str
    said: str


class CompleteAnalysis(Command, frozen=True):
    """The agent has answered."""

    analysis_id: str
    blueprint: str
    draft_id: str
    recommendations: int
    questions: tuple[str, ...]
    tokens: int
    cached: bool


class FailAnalysis(Command, frozen=True):
    """There will be no answer."""

    analysis_id: str
    code: str
    reason: str
    fix: str


class GenerateRecommendation(Command, frozen=True):
    """Put a finding before the people of a project."""

    recommendation_id: str
    analysis_id: str
    project_id: str
    blueprint: str
    code: str
    severity: Severity
    place: str
    line: int
    message: str
    reason: str
    fix: str
    change: tuple[Change, ...] | None
    without: str = ""


class ApplyRecommendation(Command, frozen=True):
    """Its change is made in a draft."""

    recommendation_id: str
    draft_id: str


class DismissRecommendation(Command, frozen=True):
    """Leave it as it is."""

    recommendation_id: str
    reason: str


class ProposeDraft(Command, frozen=True):
    """Put a blueprint before the people of a project."""

    draft_id: str
    project_id: str
    base: str
    blueprint: str
    analysis_id: str = ""
    recommendations: tuple[str, ...] = ()


class AcceptDraft(Command, frozen=True):
    """Make it the blueprint of its project."""

    draft_id: str


class DiscardDraft(Command, frozen=True):
    """It is of no use."""

    draft_id: str
    reason: str


class RecordCodeGenerated(Command, frozen=True):
    """A tree of files was generated from a draft or a blueprint."""

    generation_id: str
    project_id: str
    draft_id: str
    blueprint: str
    files: int
    digest: str


class SetAIBudget(Command, frozen=True):
    """What the organisation may use in a month, in tokens."""

    tokens: int


class ReserveTokens(Command, frozen=True):
    """Ask whether a call may begin.

    Attributes:
        period: the month, as "2026-11".
        tokens: what the call may use at most.
        budget: of the month.
    """

    period: str
    call_id: str
    agent: str
    tokens: int
    budget: int


class SettleTokens(Command, frozen=True):
    """Say what a call has used."""

    period: str
    call_id: str
    tokens: int
