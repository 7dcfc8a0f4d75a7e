"""What use costs, and what it will cost."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import pytest

from skafu.contexts.observability.application.own_costs import OwnCosts, forecast
from skafu.contexts.observability.domain.events import Statistic
from skafu.contexts.observability.ports import CostLine, Point, Series, Total, Window
from skafu.kernel.errors import Invalid
from skafu.kernel.identity import TenantId

ACME = TenantId("acme")
TODAY = date(2026, 3, 31)


class Known:
    """Costs that are known: a straight line, and a flat rest."""

    def __init__(self, *usd: float) -> None:
        self._usd = usd

    async def by_day(self, _tenant: TenantId, first: date, last: date) -> Sequence[CostLine]:
        days = [TODAY - timedelta(days=len(self._usd) - number) for number in range(len(self._usd))]
        lines = [CostLine(day, "x", 1, "y", usd) for day, usd in zip(days, self._usd, strict=True)]
        return [each for each in lines if first <= each.day <= last]


class Measured:
    """Metrics of one day."""

    async def names(self, _tenant: TenantId) -> Sequence[str]:
        return ()

    async def totals(self, _tenant: TenantId, _window: Window) -> Sequence[Total]:
        return ()

    async def series(
        self, _tenant: TenantId, metric: str, statistic: Statistic, window: Window, period_seconds: int
    ) -> Series:
        values = {("http.request.seconds", "sum"): 100.0, ("http.request.seconds", "count"): 2_000_000.0}
        values |= {("events", "sum"): 1_000_000.0, ("proof.seconds", "sum"): 600.0}
        values |= {("ai.tokens.rules", "sum"): 7.0}
        at = datetime.combine(TODAY, time(), UTC)
        assert window.start <= at < window.end
        return Series(metric, "", statistic, period_seconds, (Point(at, values[metric, statistic]),))


async def test_use_is_multiplied_by_the_prices_of_the_table() -> None:
    lines = {each.service: each for each in await OwnCosts(Measured()).by_day(ACME, TODAY, TODAY)}
    assert lines["API Gateway HTTP API"].usd == pytest.approx(2.0)
    assert lines["EventBridge"].usd == pytest.approx(1.0)
    assert lines["DynamoDB on-demand"].usd == pytest.approx(8 * 0.625)
    assert lines["Lambda arm64"].usd == pytest.approx(50 * 0.0000133334)
    assert lines["CodeBuild general1.small arm64"].usd == pytest.approx(10 * 0.0034)
    assert (lines["language model rules"].quantity, lines["language model rules"].usd) == (7.0, 0.0)


@pytest.mark.parametrize("days", [-1, 366])
async def test_days_must_make_sense(days: int) -> None:
    with pytest.raises(Invalid, match="days are not right"):
        await OwnCosts(Measured()).by_day(ACME, TODAY, TODAY + timedelta(days=days))


async def test_a_straight_line_goes_on_straight() -> None:
    found = await forecast(Known(1, 2, 3, 4, 5), ACME, TODAY, 3)
    assert [each.usd for each in found.days] == pytest.approx([6, 7, 8])
    assert all(each.low == pytest.approx(each.usd) == pytest.approx(each.high) for each in found.days)
    assert found.usd == pytest.approx(21)
    assert found.basis == "5 days of use"


async def test_the_bounds_grow_with_the_noise_and_the_distance() -> None:
    """The numbers of a worked example, by hand: x = -4..-1, y = 1, 3, 2, 4: slope 0.8, s^2 = 0.9."""
    first, second = (await forecast(Known(1, 3, 2, 4), ACME, TODAY, 2)).days
    assert (first.usd, second.usd) == pytest.approx((4.5, 5.3))
    assert first.high - first.usd == pytest.approx(1.2816 * (0.9 * (1 + 1 / 4 + 2.5**2 / 5)) ** 0.5)
    assert second.high - second.usd > first.high - first.usd


async def test_too_few_days_give_their_mean_and_say_so() -> None:
    found = await forecast(Known(2, 4), ACME, TODAY, 2)
    assert [each.usd for each in found.days] == [3, 3]
    assert "too few days" in found.basis
    assert (await forecast(Known(), ACME, TODAY, 2)).usd == 0
