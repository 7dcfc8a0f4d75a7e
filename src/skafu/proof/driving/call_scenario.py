"""A call: the outside system is asked as the blueprint says, and each of its answers leads to the right command."""

import time
from collections.abc import Mapping
from typing import Any

from skafu.blueprint.expressions import decode_value, encode_value, evaluate
from skafu.blueprint.resolved import Reaction, ResolvedCall, ResolvedIntegration
from skafu.proof.driving.deliveries import KINDS, Delivery, delivered
from skafu.proof.driving.ledger import Tracked
from skafu.proof.driving.outcomes import UNKNOWN
from skafu.proof.driving.outside import HTTP_KINDS, Asked, Fake, Manner, expected_path, sample_answer, wait_for
from skafu.proof.driving.pairs import Pair
from skafu.proof.driving.playing import Derailed
from skafu.proof.driving.reacting import Roots, roots_of_entry
from skafu.proof.driving.rows import comparable
from skafu.proof.driving.scenario import Scenario
from skafu.proof.driving.sending import secret_of
from skafu.proof.driving.tap import Passed
from skafu.proof.driving.trial import Trial

_PAUSE = 0.05
_PASSING: tuple[Manner, ...] = ("busy", "broken", "hang", "ok")
"""Answers after which the outside system is well again."""
_FAILURE = {"code": UNKNOWN, "message": UNKNOWN}


class CallScenario(Scenario):
    """One call."""

    works: Pair | None = None
    skipped: Pair | None = None
    passing: Pair | None = None
    refused: Pair | None = None
    gone: Pair | None = None
    behind: Pair | None = None

    @property
    def call(self) -> ResolvedCall:
        """The call as it stands in the resolved form."""
        if not isinstance(self.reactor.source, ResolvedCall):
            raise TypeError(f"{self.reactor.element} is no call")
        return self.reactor.source

    @property
    def integration(self) -> ResolvedIntegration:
        """The outside system that is asked."""
        name = self.call.operation.integration
        return next(one for one in self.driver.landscape.system.integrations if one.names.pascal == name)

    @property
    def fake(self) -> Fake | None:
        """What stands in for it, where it has an HTTP API."""
        outside = self.opened.outside
        return outside.fakes.get(self.integration.names.pascal) if outside else None

    def prepare(self) -> None:
        """Set a scene for each kind of answer."""
        trial, call = self.trials.reactions, self.call
        if self.integration.kind in HTTP_KINDS and self.fake is None:
            trial.gap("the system was deployed without fakes of outside systems", self.reactor.element)
            return
        if self.integration.kind not in HTTP_KINDS | KINDS:
            trial.gap(f"deliveries of the kind {self.integration.kind} are not seen", self.reactor.element)
        self.works = self.scene(trial, call.ok).set()
        if self.works and self.reactor.condition:
            self.skipped = self.scene(trial, call.ok).set(met=False)
        if self.works:
            self.behind = self.scene(self.trials.poison, call.ok).set()
        if self.works and self.fake:
            self.passing = self.scene(trial, call.ok).set()
            self.refused = self.scene(trial, call.failed).set()
            self.gone = self.scene(trial, call.failed).set()

    def play(self) -> None:
        """Play them, one after the other, because the outside system is one."""
        trial = self.trials.reactions
        if self.works:
            cause, target = self._ask(self.works, trial, self.call.ok, "ok")
            self._repeat_question(cause, target)
        if self.skipped:
            before = self._count()
            self.skip(self.skipped)
            if self._count() != before:
                self.watch(trial).problem("the condition does not hold, but the outside system was asked")
        if self.passing:
            self._ask(self.passing, trial, self.call.ok, *_PASSING)
        if self.refused:
            self._ask(self.refused, trial, self.call.failed, "refused")
        if self.gone:
            self._ask(self.gone, trial, self.call.failed, "broken")
        if self.behind:
            body = self.put_poison()
            self._ask(self.behind, self.trials.poison, self.call.ok, "ok")
            self.see_poison_given_up(body)

    def _ask(
        self, pair: Pair, trial: Trial, reaction: Reaction | None, *manners: Manner
    ) -> tuple[Passed, Tracked | None]:
        """Let the event happen, see what the outside system was asked, and what comes of its answer."""
        seen = self._count()
        if self.fake:
            self.fake.answer(*manners)
        entry, cause = self.pull(pair, trial)
        trial.count("calls")
        roots = roots_of_entry(entry)
        self._see_question(trial, roots, seen, manners)
        good = manners[-1] == "ok"
        if reaction:
            roots = {**roots, "result": self._result() if good else _FAILURE}
            target = self.watch(trial).see(reaction, cause, roots, pair.target)
            if target is None:
                raise Derailed
            return cause, target
        if good:
            self.drain(trial)
        else:
            self._see_nobody_handles_it(trial, cause)
        return cause, None

    def _see_nobody_handles_it(self, trial: Trial, cause: Passed) -> None:
        wanted = str(cause.metadata.get("eventId"))
        self.see_given_up(trial, "an event whose question failed", lambda body: wanted in body)

    def _result(self) -> dict[str, Any]:
        sample = sample_answer(self.call.operation)
        return {one.name: decode_value(one.type, sample[one.name]) for one in self.call.operation.returns}

    def _see_question(self, trial: Trial, roots: Roots, seen: int, manners: tuple[Manner, ...]) -> None:
        fields = {one.field: encode_value(evaluate(one.value, roots)) for one in self.call.values}
        given = {name: value for name, value in fields.items() if value is not None}
        if self.fake:
            asked = wait_for(self.fake, seen, len(manners), self.driver.patience)
            if len(asked) < len(manners):
                said = f"expected {len(manners)} requests to {self.integration.names.pascal} as it answered"
                self.watch(trial).problem(f"{said} {', '.join(manners)}, got {len(asked)}")
                raise Derailed
            for one in asked[: len(manners)]:
                self._judge_request(trial, one, given)
        elif self.integration.kind in KINDS:
            self._judge_delivery(trial, given, seen)

    def _judge_request(self, trial: Trial, asked: Asked, given: Mapping[str, Any]) -> None:
        watch = self.watch(trial)
        if self.integration.kind == "chat":
            text = repr(asked.body)
            if any(str(value) not in text for value in given.values()):
                watch.problem(f"expected a request with {dict(given)}, got {asked.body}")
            return
        operation = self.call.operation
        path, rest = expected_path(operation, given)
        in_query = operation.method in {"GET", "DELETE"}
        expected = {name: str(value) for name, value in rest.items()} if in_query else rest
        got = asked.query if in_query else asked.body or {}
        if (asked.method, asked.path) != (operation.method, path) or comparable(got) != comparable(expected):
            said = f"expected {operation.method} {path} with {expected}"
            watch.problem(f"{said}, got {asked.method} {asked.path} with {got}")
        if self.integration.secret and self._secret() not in " ".join(asked.headers.values()):
            watch.problem(f"expected the secret of {self.integration.names.pascal} in a header, it is in none")

    def _secret(self) -> str:
        return secret_of(self.driver, self.reactor.service, self.integration.names.kebab)

    def _judge_delivery(self, trial: Trial, given: Mapping[str, Any], seen: int) -> None:
        deadline = time.monotonic() + self.driver.patience
        while len(found := self._deliveries()) <= seen and time.monotonic() < deadline:
            time.sleep(_PAUSE)
        if comparable(given) not in [comparable(one) for one in found]:
            self.watch(trial).problem(f"expected a delivery of {dict(given)}, got {found[seen:]}")
            raise Derailed

    def _deliveries(self) -> list[Delivery]:
        return delivered(self.driver, self.reactor.service, self.integration)

    def _count(self) -> int:
        """How often the outside system was asked so far."""
        if self.fake:
            return len(self.fake.asked)
        return len(self._deliveries()) if self.integration.kind in KINDS else 0

    def _repeat_question(self, cause: Passed, target: Tracked | None) -> None:
        before = self._count()
        self.repeat(cause, target)
        if (after := self._count()) != before:
            said = f"{cause.name} came again: expected no further question, got {after - before}"
            self.watch(self.trials.duplicates).problem(said)
