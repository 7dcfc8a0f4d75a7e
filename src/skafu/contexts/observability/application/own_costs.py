"""Fills `Costs`: the use of this installation, at list prices of AWS; and a forecast from it."""

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import msgspec

from skafu.contexts.observability.application import prices
from skafu.contexts.observability.application.prices import Price
from skafu.contexts.observability.ports import CostLine, Costs, Metrics, Window
from skafu.kernel.errors import Invalid
from skafu.kernel.identity import TenantId

DAY_SECONDS: Final = 86_400
MOST_DAYS: Final = 366
LOOKS_BACK_DAYS: Final = 30
FEWEST_DAYS: Final = 3
TWO_SIDED_80: Final = 1.2816
"""Of the normal distribution: 80 % lie within so many standard deviations."""


class ForecastDay(msgspec.Struct, frozen=True):
    """What a day to come will cost, and within what bounds with a chance of 80 %."""

    day: date
    usd: float
    low: float
    high: float


class Forecast(msgspec.Struct, frozen=True):
    """What the days to come will cost.

    Attributes:
        days: each of them.
        usd: all together.
        basis: what it was worked out from, in words.
    """

    days: tuple[ForecastDay, ...]
    usd: float
    basis: str


class OwnCosts:
    """Counts requests, their time, events, proofs and tokens of language models, and multiplies them by the prices."""

    def __init__(self, metrics: Metrics) -> None:
        """Read these metrics."""
        self._metrics = metrics

    async def by_day(self, tenant: TenantId, first: date, last: date) -> Sequence[CostLine]:
        """What each day costs, by kind of use.

        Raises:
            Invalid: the last day comes before the first, or they are more than a year apart.
        """
        if not first <= last or (last - first).days >= MOST_DAYS:
            raise Invalid("the days are not right", fix="give a first day before the last one, at most a year apart")
        begin = datetime.combine(first, time(), UTC)
        window = Window(begin, datetime.combine(last, time(), UTC) + timedelta(days=1))
        lines: list[CostLine] = []
        for price, metric, each in _USED:
            series = await self._metrics.series(tenant, metric, "sum", window, DAY_SECONDS)
            lines += [_line(price, point.at.date(), point.value * each) for point in series.points]
        for model, usd in prices.AI_TOKEN.items():
            series = await self._metrics.series(tenant, f"ai.tokens.{model}", "sum", window, DAY_SECONDS)
            price = Price(f"language model {model}", "token", usd)
            lines += [_line(price, point.at.date(), point.value) for point in series.points]
        counted = await self._metrics.series(tenant, "http.request.seconds", "count", window, DAY_SECONDS)
        lines += [_line(prices.REQUEST, point.at.date(), point.value) for point in counted.points]
        return sorted(lines, key=lambda each: (each.day, each.service))


_USED: Final[tuple[tuple[Price, str, float], ...]] = (
    (prices.COMPUTE, "http.request.seconds", prices.MEMORY_GB),
    (prices.WRITE, "events", float(prices.WRITES_OF_AN_EVENT)),
    (prices.EVENT, "events", 1.0),
    (prices.PROOF_MINUTE, "proof.seconds", 1 / 60),
)


def _line(price: Price, day: date, quantity: float) -> CostLine:
    return CostLine(day, price.service, quantity, price.unit, quantity * price.usd)


async def forecast(costs: Costs, tenant: TenantId, today: date, days: int) -> Forecast:
    """What the next days will cost: a straight line through the whole days of the last 30, by least squares.

    The bounds are those of a prediction by such a line (Montgomery, Peck, Vining: Introduction to Linear Regression
    Analysis, section 2.5), with the normal distribution in place of Student's.
    """
    first = today - timedelta(days=LOOKS_BACK_DAYS)
    spent: dict[date, float] = {}
    for line in await costs.by_day(tenant, first, today - timedelta(days=1)):
        spent[line.day] = spent.get(line.day, 0.0) + line.usd
    known = [(float((day - today).days), usd) for day, usd in sorted(_filled(spent, today).items())]
    coming = tuple(_day(known, today, ahead) for ahead in range(days))
    words = f"{len(known)} days of use" if len(known) >= FEWEST_DAYS else "too few days of use for a trend: their mean"
    return Forecast(coming, math.fsum(each.usd for each in coming), words)


def _filled(spent: dict[date, float], today: date) -> dict[date, float]:
    """Every day from the first with any use on; those without cost nothing."""
    if not spent:
        return {}
    first = min(spent)
    days = [first + timedelta(days=number) for number in range((today - first).days)]
    return {day: spent.get(day, 0.0) for day in days}


def _day(known: Sequence[tuple[float, float]], today: date, ahead: int) -> ForecastDay:
    day, count = today + timedelta(days=ahead), len(known)
    if count < FEWEST_DAYS:
        usd = math.fsum(usd for _, usd in known) / count if count else 0.0
        return ForecastDay(day, usd, 0.0, 2 * usd)
    mean_x = math.fsum(x for x, _ in known) / count
    mean_y = math.fsum(y for _, y in known) / count
    spread = math.fsum((x - mean_x) ** 2 for x, _ in known)
    slope = math.fsum((x - mean_x) * (y - mean_y) for x, y in known) / spread
    rest = math.fsum((y - mean_y - slope * (x - mean_x)) ** 2 for x, y in known) / (count - 2)
    usd = max(0.0, mean_y + slope * (ahead - mean_x))
    half = TWO_SIDED_80 * math.sqrt(rest * (1 + 1 / count + (ahead - mean_x) ** 2 / spread))
    return ForecastDay(day, usd, max(0.0, usd - half), usd + half)
