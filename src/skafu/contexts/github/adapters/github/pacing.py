"""How fast GitHub is asked: a bucket for each installation, and what GitHub itself says about waiting.

Reads cost one point, writes five; 900 points a minute are allowed, and 80 writes that make content. Source:
https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from skafu.contexts.github.adapters.github.surroundings import Surroundings
from skafu.contexts.github.ports import HostBusy

READ, WRITE = 1.0, 5.0
PATIENCE: Final = 30.0
"""How many seconds a call waits itself; whoever must wait longer comes back later."""

_SHORTEST_PENANCE: Final = 60.0
_LONGEST_PENANCE: Final = 3600.0


@dataclass
class Bucket:
    """Points that come back with time.

    Attributes:
        rate: points that come back in a second.
        size: points that it holds at most.
    """

    rate: float
    size: float
    level: float
    at: datetime

    def take(self, points: float, now: datetime) -> float:
        """Take points, and say how many seconds to wait until they are there."""
        back = max((now - self.at).total_seconds(), 0.0) * self.rate
        self.level = min(self.size, self.level + back) - points
        self.at = now
        return max(-self.level / self.rate, 0.0)

    def give_back(self, points: float) -> None:
        """Take points that are not used."""
        self.level += points


@dataclass
class _Line:
    """Those who ask for one installation."""

    points: Bucket
    content: Bucket
    not_before: datetime
    penances: int = field(default=0)


class Pace:
    """Lets calls through as fast as GitHub wants them."""

    def __init__(self, surroundings: Surroundings) -> None:
        """Start with full buckets."""
        self._around = surroundings
        self._lines: dict[int, _Line] = {}

    def _line(self, installation: int) -> _Line:
        now = self._around.clock()
        if installation not in self._lines:
            points, content = Bucket(900 / 60, 300, 300, now), Bucket(80 / 60, 40, 40, now)
            self._lines[installation] = _Line(points, content, now)
        return self._lines[installation]

    async def turn(self, installation: int, *, writes: bool) -> None:
        """Wait until a call may be made.

        Raises:
            HostBusy: that takes too long.
        """
        line, now = self._line(installation), self._around.clock()
        cost = WRITE if writes else READ
        waits = [(line.not_before - now).total_seconds(), line.points.take(cost, now)]
        if writes:
            waits.append(line.content.take(1.0, now))
        seconds = max(waits)
        if seconds > PATIENCE:
            line.points.give_back(cost)
            if writes:
                line.content.give_back(1.0)
            raise HostBusy("GitHub asks us to wait", seconds)
        if seconds > 0:
            await self._around.sleep(seconds)

    def heard(self, installation: int, status: int, headers: Mapping[str, str], body: bytes) -> bool:
        """Hear what an answer says about waiting.

        Returns:
            Whether GitHub refused because we were too fast.
        """
        line = self._line(installation)
        seconds = self._penance(line, status, headers, body)
        if seconds is None:
            if status < 400:
                line.penances = 0
                self._spare(line, headers)
            return False
        self._hold(line, seconds)
        return True

    def _penance(self, line: _Line, status: int, headers: Mapping[str, str], body: bytes) -> float | None:
        if status not in {403, 429}:
            return None
        if (after := headers.get("retry-after", "")).isdigit():
            return float(after)
        if headers.get("x-ratelimit-remaining") == "0":
            return self._until_reset(headers)
        if status == 429 or b"secondary rate limit" in body.lower():
            line.penances += 1
            return float(min(_SHORTEST_PENANCE * 2.0 ** (line.penances - 1), _LONGEST_PENANCE))
        return None

    def _until_reset(self, headers: Mapping[str, str]) -> float:
        reset = headers.get("x-ratelimit-reset", "")
        if not reset.isdigit():
            return _SHORTEST_PENANCE
        return max(float(reset) - self._around.clock().timestamp(), 0.0) + 1.0

    def _spare(self, line: _Line, headers: Mapping[str, str]) -> None:
        """The last allowed call was this one: nobody asks before more are given."""
        if headers.get("x-ratelimit-remaining") == "0":
            self._hold(line, self._until_reset(headers))

    def _hold(self, line: _Line, seconds: float) -> None:
        line.not_before = max(line.not_before, self._around.clock() + timedelta(seconds=seconds))
