"""What happens in the AI context."""

from typing import Literal

from skafu.blueprint.changes import Change
from skafu.blueprint.findings import Severity
from skafu.kernel.event_types import EventType, EventTypes
from skafu.kernel.events import Event

Subject = Literal["description", "blueprint"]
"""What an analysis looks at: the words of a person, or a blueprint that is there."""


class AIAnalysisRequested(Event, frozen=True):
    """Somebody wants a description or a blueprint analysed. Texts are contents of the tenant.

    Attributes:
        base: the present blueprint, which the draft of a description would replace; empty when there is none.
    """

    analysis_id: str
    project_id: str
    subject: Subject
    text: str
    agent: str
    base: str = ""


class AnalysisStepTaken(Event, frozen=True):
    """The agent has come a step further; steps count from 1."""

    analysis_id: str
    number: int
    name: str
    said: str


class AIAnalysisCompleted(Event, frozen=True):
    """The analysis has ended well.

    Attributes:
        blueprint: the content with the blueprint that it is about, or that it led to.
        draft_id: the draft that it led to; empty for the analysis of a blueprint that is there.
        recommendations: how many there are.
        questions: what is left open.
        tokens: what the call cost.
        cached: the answer was known already.
    """

    analysis_id: str
    project_id: str
    blueprint: str
    draft_id: str
    recommendations: int
    questions: tuple[str, ...]
    tokens: int
    cached: bool


class AIAnalysisFailed(Event, frozen=True):
    """The analysis has ended without a result."""

    analysis_id: str
    project_id: str
    code: str
    reason: str
    fix: str


class RecommendationGenerated(Event, frozen=True):
    """A finding, with what can be done about it.

    Attributes:
        blueprint: the content with the blueprint that it is about.
        code: of the finding: `unknown_event`.
        place: where, in words.
        message: what is wrong.
        reason: what this kind of finding means.
        fix: what to do, in words.
        change: what would mend it; nothing where only a person knows.
        without: why there is no change.
    """

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


class RecommendationApplied(Event, frozen=True):
    """The change was made in a draft."""

    recommendation_id: str
    draft_id: str


class RecommendationDismissed(Event, frozen=True):
    """Somebody has decided to leave it as it is."""

    recommendation_id: str
    reason: str


class DraftProposed(Event, frozen=True):
    """A blueprint that somebody may accept.

    Attributes:
        base: the content with the blueprint that it would replace; empty when there is none.
        blueprint: the content with the proposed one.
        analysis_id: where it comes from; empty when no analysis led to it.
        recommendations: whose changes are in it.
    """

    draft_id: str
    project_id: str
    base: str
    blueprint: str
    analysis_id: str
    recommendations: tuple[str, ...] = ()


class DraftAccepted(Event, frozen=True):
    """The draft is to become the blueprint of its project."""

    draft_id: str
    project_id: str
    blueprint: str


class DraftDiscarded(Event, frozen=True):
    """The draft is of no use."""

    draft_id: str
    reason: str


class CodeGenerated(Event, frozen=True):
    """A tree of files was generated.

    Attributes:
        draft_id: the draft that it was generated from; empty when it was the project's own blueprint.
        blueprint: the digest of the blueprint.
        files: how many there are.
        digest: of the whole tree.
    """

    generation_id: str
    project_id: str
    draft_id: str
    blueprint: str
    files: int
    digest: str


class AIBudgetSet(Event, frozen=True):
    """What the organisation may use in a month, in tokens."""

    tokens: int


class TokensReserved(Event, frozen=True):
    """A call may begin: so much is set aside for it."""

    period: str
    call_id: str
    agent: str
    tokens: int


class TokensUsed(Event, frozen=True):
    """A call has ended, and this is what it used of what was set aside."""

    period: str
    call_id: str
    agent: str
    tokens: int


class AILimitReached(Event, frozen=True):
    """A call was not begun because the month's budget does not reach; told once in a month.

    Attributes:
        budget: of the month.
        used: and set aside, so far.
        wanted: by the call.
    """

    period: str
    budget: int
    used: int
    wanted: int


EVENT_TYPES = EventTypes(
    EventType(AIAnalysisRequested, "ai.AIAnalysisRequested"),
    EventType(AnalysisStepTaken, "ai.AnalysisStepTaken"),
    EventType(AIAnalysisCompleted, "ai.AIAnalysisCompleted"),
    EventType(AIAnalysisFailed, "ai.AIAnalysisFailed"),
    EventType(RecommendationGenerated, "ai.RecommendationGenerated"),
    EventType(RecommendationApplied, "ai.RecommendationApplied"),
    EventType(RecommendationDismissed, "ai.RecommendationDismissed"),
    EventType(DraftProposed, "ai.DraftProposed"),
    EventType(DraftAccepted, "ai.DraftAccepted"),
    EventType(DraftDiscarded, "ai.DraftDiscarded"),
    EventType(CodeGenerated, "ai.CodeGenerated"),
    EventType(AIBudgetSet, "ai.AIBudgetSet"),
    EventType(TokensReserved, "ai.TokensReserved"),
    EventType(TokensUsed, "ai.TokensUsed"),
    EventType(AILimitReached, "ai.AILimitReached"),
)
