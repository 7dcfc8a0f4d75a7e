"""The read models of metrics: one document for each minute and one for each hour, folded from all events."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, Literal

import msgspec

from skafu.contexts.observability.domain.events import ErrorOccurred, MetricCollected
from skafu.kernel.event_types import EventTypes
from skafu.kernel.events import Event
from skafu.storage import Body, Collection
from skafu.storage.projections import Projection, Recorded

BY_MINUTE: Final = Collection("metrics by minute", (("moment",),))
BY_HOUR: Final = Collection("metrics by hour", (("moment",),))
COUNT: Final = "count"
Grain = Literal["minute", "hour"]


Measurer = Callable[[Event], "Iterable[tuple[str, str, float]]"]
"""What an event measures besides itself: metric, unit and value. Pure."""


class Summary(msgspec.Struct, frozen=True, array_like=True):
    """What was measured of a metric, added up."""

    unit: str
    count: int
    total: float
    minimum: float
    maximum: float

    def plus(self, other: "Summary") -> "Summary":
        """Both together."""
        return Summary(
            self.unit,
            self.count + other.count,
            self.total + other.total,
            min(self.minimum, other.minimum),
            max(self.maximum, other.maximum),
        )


def moment_text(moment: datetime, grain: Grain) -> str:
    """A minute or an hour as documents are named and sorted by it: "2026-11-30T20:15Z"."""
    return moment.strftime("%Y-%m-%dT%H:%MZ" if grain == "minute" else "%Y-%m-%dT%H:00Z")


def occurred(times: int = 1) -> Summary:
    """So many occurrences of something."""
    return Summary(COUNT, times, float(times), 1.0, 1.0)


def measures(
    event: Recorded, names: Mapping[type[Event], str], measurers: Sequence[Measurer]
) -> Iterator[tuple[str, Summary]]:
    """All that an event says in numbers: itself, its kind, and what it measures."""
    said = event.event
    if isinstance(said, MetricCollected):
        yield said.metric, Summary(said.unit, said.count, said.total, said.minimum, said.maximum)
        return
    yield "events", occurred()
    yield f"events.{names.get(type(said), 'unknown')}", occurred()
    for measurer in measurers:
        for metric, unit, value in measurer(said):
            yield metric, Summary(unit, 1, value, value, value)
    if isinstance(said, ErrorOccurred):
        times = 1 + said.repeated
        yield f"errors.{said.severity.lower()}", occurred(times)
        yield f"errors.code.{said.code}", occurred(times)
        yield "errors", occurred(times)


def summaries(body: Mapping[str, object]) -> dict[str, Summary]:
    """The metrics of a document."""
    return msgspec.convert(body["metrics"], dict[str, Summary])


def metric_projections(types: EventTypes, measurers: Sequence[Measurer] = ()) -> tuple[Projection, ...]:
    """The projections of metrics; `types` names the events of all contexts, `measurers` know more of some."""
    names = {each.event: each.name for each in types}
    return (
        Projection("metrics by minute", BY_MINUTE, _key("minute"), _fold(names, measurers, "minute")),
        Projection("metrics by hour", BY_HOUR, _key("hour"), _fold(names, measurers, "hour")),
    )


def _moment(event: Recorded) -> datetime:
    return event.event.minute if isinstance(event.event, MetricCollected) else event.recorded_at


def _key(grain: Grain) -> Callable[[Recorded], list[str]]:
    return lambda event: [moment_text(_moment(event), grain)]


def _fold(
    names: Mapping[type[Event], str], measurers: Sequence[Measurer], grain: Grain
) -> Callable[[Body | None, Recorded], Body | None]:
    def fold(before: Body | None, event: Recorded) -> Body | None:
        metrics = summaries(before) if before else {}
        for metric, summary in measures(event, names, measurers):
            metrics[metric] = metrics[metric].plus(summary) if metric in metrics else summary
        return {"moment": moment_text(_moment(event), grain), "metrics": msgspec.to_builtins(metrics)}

    return fold
