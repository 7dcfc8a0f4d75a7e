"""What the routes of observability take and give."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from skafu.contexts.observability.domain.events import ChannelKind, Comparison, HealthStatus, Statistic, Urgency
from skafu.web_api.envelope import Body, example

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,62}$")]
MetricName = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9._-]{0,119}$"),
    Field(description="One of /observability/metrics/names."),
]
Title = Annotated[
    str,
    StringConstraints(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f]*$"),
    Field(description="A line for people."),
]
Note = Annotated[
    str,
    StringConstraints(max_length=500, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$"),
    Field(description="For colleagues."),
]


class PointView(BaseModel):
    """A value of a metric."""

    at: datetime = Field(description="When the period begins.")
    value: float


class SeriesView(BaseModel):
    """A metric over time. Periods in which nothing was measured have no point."""

    metric: str
    unit: str
    statistic: Statistic
    period_seconds: int
    points: list[PointView]


class MetricNameView(BaseModel):
    """A metric that there is."""

    metric: str


class SpanView(BaseModel):
    """A step of a trace."""

    id: str
    parent: str = Field(description="The step or request that led to it.")
    name: str = Field(description="The event: `project.ProjectCreated`.")
    subject: str = Field(description="The aggregate's stream.")
    at: datetime
    is_error: bool


class TraceView(BaseModel):
    """All that followed from one request; the id is the correlation id."""

    id: str
    root: str
    started: datetime
    ended: datetime
    milliseconds: float
    steps: int
    errors: int


class TraceDetailView(TraceView):
    """The same, with its steps (500 at most)."""

    spans: list[SpanView]


class LogLineView(BaseModel):
    """Something that was logged."""

    id: str
    at: datetime
    level: Literal["INFO", "WARN", "ERROR"]
    source: str
    message: str
    correlation_id: str
    subject: str
    actor: str


class ActiveUserView(BaseModel):
    """A member, and how active they were."""

    user_id: str
    name: str
    mail: str
    role: str
    first_active: datetime | None
    last_active: datetime | None
    changes: int


class CostView(BaseModel):
    """What one kind of use costs on a day."""

    day: date
    service: str
    quantity: float
    unit: str
    usd: float


class CostsView(BaseModel):
    """What the use of Skafu would cost on AWS at list prices."""

    lines: list[CostView]
    usd: float
    region: str
    prices_of: date = Field(description="The day on which the prices were taken.")


class ForecastDayView(BaseModel):
    """What a day to come will cost; `low` and `high` hold with a chance of 80 %."""

    day: date
    usd: float
    low: float
    high: float


class ForecastView(BaseModel):
    """What the days to come will cost."""

    days: list[ForecastDayView]
    usd: float
    basis: str = Field(description="What the forecast was worked out from.")


class RuleBody(Body):
    """What a rule watches."""

    model_config = example(
        {
            "title": "Slow answers",
            "metric": "http.request.seconds",
            "statistic": "average",
            "threshold": 0.5,
            "periods": 3,
        }
    )

    title: Title
    metric: MetricName
    statistic: Statistic = Field("sum", description="How a period becomes one value.")
    comparison: Comparison = Field(">", description="How values stand to the threshold when something is wrong.")
    threshold: float = Field(allow_inf_nan=False, description="The bound.")
    period_seconds: int = Field(60, ge=60, le=86_400, multiple_of=60, description="The length of a period.")
    periods: int = Field(1, ge=1, le=24, description="How many periods in a row must be beyond the threshold.")
    urgency: Urgency = Field("warning", description="How loudly people are told.")
    channels: list[Slug] = Field([], max_length=20, description="Who is told.")


class AlarmView(BaseModel):
    """A rule, and its alert while there is one."""

    id: str
    title: str
    metric: str
    statistic: Statistic
    comparison: Comparison
    threshold: float
    period_seconds: int
    periods: int
    urgency: Urgency
    channels: list[str]
    state: Literal["OK", "ALARM"]
    since: datetime | None
    value: float | None
    alert_id: str | None
    acknowledged_by: str | None
    muted_until: datetime | None


class AlertView(BaseModel):
    """An alert that was or is."""

    alert_id: str
    rule_id: str
    title: str
    urgency: Urgency
    metric: str
    value: float
    threshold: float
    status: Literal["open", "acknowledged", "resolved"]
    triggered: datetime
    resolved: datetime | None = None
    acknowledged_by: str = ""
    resolved_by: str = Field("", description="Who said so; empty when the metric came back by itself.")
    note: str = ""
    told: list[dict[str, str]] = Field(description="Who was told, and what came of it.")


class NoteBody(Body):
    """A word on what one does."""

    model_config = example({"note": "I am looking into it"})

    note: Note = ""


class MuteBody(Body):
    """How long nobody is told."""

    model_config = example({"minutes": 60})

    minutes: int = Field(ge=1, le=43_200, description="From now on; 30 days at most.")


class ChannelBody(Body):
    """A way to tell people."""

    model_config = example({"kind": "mail", "title": "On call", "target": "ops@example.org"})

    kind: ChannelKind = Field(description="How people are told.")
    title: Title
    target: str = Field(
        min_length=3,
        max_length=500,
        pattern=r"^(https?://[^\s\x00-\x1f]+|[^\s@\x00-\x1f]+@[^\s@\x00-\x1f]+)$",
        description="A mail address, or the https address of a webhook.",
    )


class ChannelView(BaseModel):
    """A way to tell people."""

    id: str
    kind: ChannelKind
    title: str
    target: str


class NewChannelView(ChannelView):
    """The same, with the secret that its messages are signed with: it is shown this once."""

    secret: str | None


class WidgetBody(Body):
    """A picture of a metric."""

    title: Title
    metric: MetricName
    statistic: Statistic = "sum"


class DashboardBody(Body):
    """What a dashboard shows."""

    model_config = example({"title": "Main", "widgets": [{"title": "Events", "metric": "events", "statistic": "sum"}]})

    title: Title
    widgets: list[WidgetBody] = Field(max_length=50, description="In the order in which they are shown.")


class WidgetView(BaseModel):
    """A picture of a metric."""

    title: str
    metric: str
    statistic: Statistic


class DashboardView(BaseModel):
    """What a dashboard shows."""

    id: str
    title: str
    widgets: list[WidgetView]


class ErrorDataView(BaseModel):
    """What went wrong."""

    errorCode: str  # noqa: N815 the schema of the error bus
    errorMessage: str  # noqa: N815
    context: dict[str, str]
    stackTrace: str  # noqa: N815
    canRetry: bool  # noqa: N815


class ErrorView(BaseModel):
    """An error, in the schema of the error bus."""

    eventId: str  # noqa: N815
    correlationId: str  # noqa: N815
    timestamp: datetime
    source: str
    eventType: str  # noqa: N815
    severity: Literal["WARNING", "ERROR", "CRITICAL"]
    data: ErrorDataView
    repeated: int = Field(description="How many of the same kind were counted but not kept before this one.")


class ErrorCodeView(BaseModel):
    """All errors of one kind."""

    source: str
    code: str
    severity: Literal["WARNING", "ERROR", "CRITICAL"]
    message: str = Field(description="That of the last one.")
    first: datetime
    last: datetime
    count: int


class HealthPartView(BaseModel):
    """How one part stands."""

    name: str
    status: HealthStatus
    words: str


class HealthView(BaseModel):
    """How the installation stands."""

    status: HealthStatus
    parts: list[HealthPartView]


class FollowerView(BaseModel):
    """How far a part of a read model or reaction has come."""

    name: str
    shard: int
    behind: int = Field(description="Events that have not been handled.")
    seconds: float = Field(description="The age of the oldest of them.")


class MonitoringView(BaseModel):
    """How everything stands."""

    status: HealthStatus
    parts: list[HealthPartView]
    read_models: list[FollowerView]
    alerts: list[AlertView] = Field(description="Those that nobody has taken on, the newest first.")
    errors_last_hour: int = Field(description="Of the organisation, of all severities.")


class TotalView(BaseModel):
    """All that was measured of a metric in a window."""

    metric: str
    unit: str
    count: int = Field(description="How often it was measured.")
    sum: float
    average: float
    minimum: float
    maximum: float
