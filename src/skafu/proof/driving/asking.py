"""What an outside system was asked, held against the blueprint."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skafu.blueprint.expressions import decode_value, encode_value, evaluate
from skafu.blueprint.resolved import Assignment, ResolvedIntegration, ResolvedOperation, ResolvedService
from skafu.proof.driving.deliveries import KINDS, Delivery, delivered
from skafu.proof.driving.opening import Opened
from skafu.proof.driving.outcomes import Watch
from skafu.proof.driving.outside import Asked, Fake, Manner, expected_path, sample_answer, wait_for
from skafu.proof.driving.playing import Derailed
from skafu.proof.driving.reacting import Roots
from skafu.proof.driving.rows import comparable
from skafu.proof.driving.sending import secret_of

_PAUSE = 0.05


@dataclass(frozen=True)
class Question:
    """A question to an outside system.

    Attributes:
        opened: the system.
        service: that asks.
        operation: what is asked.
        values: what fills its fields.
    """

    opened: Opened
    service: ResolvedService
    operation: ResolvedOperation
    values: tuple[Assignment, ...]

    @property
    def integration(self) -> ResolvedIntegration:
        """The outside system that is asked."""
        found = self.opened.driver.landscape.system.integrations
        return next(one for one in found if one.names.pascal == self.operation.integration)

    @property
    def fake(self) -> Fake | None:
        """What stands in for it, where it has an HTTP API."""
        outside = self.opened.outside
        return outside.fakes.get(self.integration.names.pascal) if outside else None

    def result(self) -> dict[str, Any]:
        """Give what it answers when all is well, as expressions see it."""
        sample = sample_answer(self.operation)
        return {one.name: decode_value(one.type, sample[one.name]) for one in self.operation.returns}

    def count(self) -> int:
        """Count how often the outside system was asked so far."""
        if self.fake:
            return len(self.fake.asked)
        return len(self._deliveries()) if self.integration.kind in KINDS else 0

    def see(self, watch: Watch, roots: Roots, seen: int, manners: tuple[Manner, ...]) -> None:
        """Wait until it was asked, and judge that.

        Args:
            watch: where problems go.
            roots: what the expressions of its fields see.
            seen: how often it had been asked before.
            manners: how it answers, one after the other.

        Raises:
            Derailed: it was not asked.
        """
        fields = {one.field: encode_value(evaluate(one.value, roots)) for one in self.values}
        given = {name: value for name, value in fields.items() if value is not None}
        if self.fake:
            asked = wait_for(self.fake, seen, len(manners), self.opened.driver.patience)
            if len(asked) < len(manners):
                said = f"expected {len(manners)} requests to {self.integration.names.pascal} as it answered"
                watch.problem(f"{said} {', '.join(manners)}, got {len(asked)}")
                raise Derailed
            for one in asked[: len(manners)]:
                self._judge_request(watch, one, given)
        elif self.integration.kind in KINDS:
            self._judge_delivery(watch, given, seen)

    def _judge_request(self, watch: Watch, asked: Asked, given: Mapping[str, Any]) -> None:
        if self.integration.kind == "chat":
            text = repr(asked.body)
            if any(str(value) not in text for value in given.values()):
                watch.problem(f"expected a request with {dict(given)}, got {asked.body}")
            return
        path, rest = expected_path(self.operation, given)
        in_query = self.operation.method in {"GET", "DELETE"}
        expected = {name: str(value) for name, value in rest.items()} if in_query else rest
        got = asked.query if in_query else asked.body or {}
        if (asked.method, asked.path) != (self.operation.method, path) or comparable(got) != comparable(expected):
            said = f"expected {self.operation.method} {path} with {expected}"
            watch.problem(f"{said}, got {asked.method} {asked.path} with {got}")
        if self.integration.secret and self._secret() not in " ".join(asked.headers.values()):
            watch.problem(f"expected the secret of {self.integration.names.pascal} in a header, it is in none")

    def _secret(self) -> str:
        return secret_of(self.opened.driver, self.service, self.integration.names.kebab)

    def _judge_delivery(self, watch: Watch, given: Mapping[str, Any], seen: int) -> None:
        deadline = time.monotonic() + self.opened.driver.patience
        while len(found := self._deliveries()) <= seen and time.monotonic() < deadline:
            time.sleep(_PAUSE)
        if comparable(given) not in [comparable(one) for one in found]:
            watch.problem(f"expected a delivery of {dict(given)}, got {found[seen:]}")
            raise Derailed

    def _deliveries(self) -> list[Delivery]:
        return delivered(self.opened.driver, self.service, self.integration)
