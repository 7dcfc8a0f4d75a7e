"""A request that comes twice counts once, and of those that come at the same time one wins."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from skafu.blueprint.resolved import Move
from skafu.blueprint.simulation import Caller
from skafu.blueprint.types import Maybe, Scalar
from skafu.proof.driving.driver import Driver, moment_of
from skafu.proof.driving.freshness import fresh_value
from skafu.proof.driving.http import Answer, Request
from skafu.proof.driving.landscape import CommandAt
from skafu.proof.driving.ledger import Tracked
from skafu.proof.driving.playing import Derailed, Play
from skafu.proof.driving.samples import command_request, sample_fields, strange_body
from skafu.proof.driving.side_by_side import side_by_side
from skafu.proof.driving.streams import stored_events
from skafu.proof.driving.trial import Trial
from skafu.proof.driving.users import User

AT_ONCE = 8
CONFLICTING = 3
ROUNDS = 4
_CONFLICT = 409
_REUSED = (422, "idempotency_key_reused")
_PLAIN = (Scalar("text"), Scalar("integer"), Scalar("email"))


def check_idempotency(driver: Driver) -> Trial:
    """See that repeated requests are applied once, and concurrent ones one after the other or not at all."""
    trial = Trial("deployed.idempotency")
    able = [at for at in driver.landscape.routed_commands if at.name in at.aggregate.journeys.commands]
    side_by_side(lambda at: _Repeated(driver, trial, at).check(), able)
    # Each request at the same time starts a function of its own, so one command of each kind has to do.
    creating = next((at for at in able if at.command.creates), None)
    changing = next((at for at in able if not at.command.creates and at.command.in_states), None)
    changing = changing or next((at for at in able if not at.command.creates), None)
    if creating or changing:
        _Repeated(driver, trial, creating or changing).check_at_once()  # type: ignore[arg-type]
    if changing:
        _Repeated(driver, trial, changing).check_conflicts()
    return trial


@dataclass
class _Repeated:
    """One command, sent more than once."""

    driver: Driver
    trial: Trial
    at: CommandAt

    def check(self) -> None:
        """Send it again with its key, then laid out in another way, then another body with that key."""
        ready = self._ready()
        if ready is None:
            return
        play, last = ready
        key = f"proof-{self.driver.number()}"
        first = play.attempt(last, headers={"Idempotency-Key": key})
        self.trial.count("keys")
        if not first.accepted or first.target is None:
            self._problem(first.request, f"expected to be accepted, got {first.answer}")
            return
        laid_out = json.dumps(first.request.body, indent=2, ensure_ascii=True).encode()
        for request in (first.request, replace(first.request, body=laid_out)):
            again = self.driver.api.send(request)
            if again.status != first.answer.status or again.data != first.answer.data:
                said = f"sent again with the same Idempotency-Key: expected {first.answer.data}"
                self._problem(request, f"{said}, got {again}")
        self._expect_refused_reuse(first.request)
        self._expect_stream(first.target)

    def _expect_refused_reuse(self, request: Request) -> None:
        """Send another body with the same key, where there is one that is valid."""
        other = self._other_body(request)
        if other is None:
            return
        self.trial.count("keys of other bodies")
        answer = self.driver.api.send(replace(request, body=other))
        if (answer.status, answer.code) != _REUSED:
            said = f"with the Idempotency-Key of another body: expected {_REUSED[0]} {_REUSED[1]}"
            self._problem(replace(request, body=other), f"{said}, got {answer}")

    def _other_body(self, request: Request) -> dict[str, Any] | None:
        """Give the body of a request with another valid value; not of an id, which may lead nowhere."""
        for field in self.at.command.fields:
            value = request.body.get(field.name) if isinstance(request.body, dict) else None
            kind = field.type.item if isinstance(field.type, Maybe) else field.type
            if value is None or kind not in _PLAIN:
                continue
            other = fresh_value(field, value, self.driver.number())
            if other != value:
                return {**request.body, field.name: other}
        return None

    def check_at_once(self) -> None:
        """Send it several times at the same moment with one key."""
        ready = self._ready()
        if ready is None:
            return
        play, last = ready
        key = {"Idempotency-Key": f"proof-{self.driver.number()}"}
        request, user, fields = self._request(play, last, key)
        self._warm(AT_ONCE)
        answers = self._at_once([request] * AT_ONCE)
        self.trial.record("repeated at once", f"{self.at.name}, {AT_ONCE} times")
        taken = [answer for answer in answers if answer.status in {200, 201}]
        rest = [answer for answer in answers if answer.status not in {200, 201, _CONFLICT}]
        different = {repr(answer.data) for answer in taken}
        if len(different) != 1 or rest:
            said = f"{AT_ONCE} times at once with one Idempotency-Key: expected one answer, got"
            self._problem(request, f"{said} {'; '.join(sorted({str(answer) for answer in answers}))}")
            return
        self._follow(play, last, fields, user, taken[0], request)
        self._expect_stream(play.instances[last.instance])

    def check_conflicts(self) -> None:
        """Send it several times at the same moment, each with a key of its own; more than once, for chance is in it."""
        self._warm(CONFLICTING)
        self.trial.record("sent at once", f"{self.at.name}, {ROUNDS} times {CONFLICTING}")
        for _ in range(ROUNDS):
            self._conflict()

    def _conflict(self) -> None:
        ready = self._ready()
        if ready is None:
            return
        play, last = ready
        requests = []
        for _ in range(CONFLICTING):
            key = {"Idempotency-Key": f"proof-{self.driver.number()}"}
            request, user, fields = self._request(play, last, key)
            requests.append(request)
        answers = self._at_once(requests)
        taken = sorted((one for one in answers if one.status in {200, 201}), key=lambda one: int(one.data["version"]))
        for answer in taken:
            self._follow(play, last, fields, user, answer, requests[0])
        self._refused(play, last, requests[0], [one for one in answers if one.status not in {200, 201}], taken)
        self._expect_stream(play.instances[last.instance])

    def _refused(
        self, play: Play, last: Move, request: Request, refused: Sequence[Answer], taken: Sequence[Answer]
    ) -> None:
        """See that those which lost were refused as a conflict, or as what they would be now."""
        user, target = play.user(last), play.instances[last.instance]
        caller = Caller(user.id, user.roles)
        now = self.driver.expect(
            self.at, play.fields(last), target.now, caller, moment_of(refused[0] if refused else taken[0])
        )
        allowed = {(_CONFLICT, "conflict"), (now.status, now.refusal or "")}
        if not taken or any((one.status, one.code) not in allowed for one in refused):
            said = f"{CONFLICTING} at once: expected one to be taken and the others to be one of {sorted(allowed)}, got"
            self._problem(request, f"{said} {'; '.join(str(one) for one in (*taken, *refused))}")

    def _ready(self) -> tuple[Play, Move] | None:
        """Play the way to the command; nothing when it does not lead there."""
        play = Play(self.driver, self.trial, self.at.service)
        *way, last = play.prepare(self.at.aggregate.journeys.commands[self.at.name])
        try:
            play.lead(way, last)
        except Derailed:
            return None
        return play, last

    def _request(self, play: Play, last: Move, headers: dict[str, str]) -> tuple[Request, User, dict[str, Any]]:
        user, fields = play.user(last), play.fields(last)
        target = play.instances.get(last.instance)
        own = target.id if target and not self.at.command.creates else ""
        request = command_request(self.at, fields, own, token=user.token, headers=headers)
        return request, user, fields

    def _warm(self, count: int) -> None:
        """Start so many functions, so that the requests that follow really meet."""
        malformed = replace(
            command_request(self.at, sample_fields(self.at), token=self._anybody()), body=strange_body()
        )
        self._at_once([malformed] * count)

    def _anybody(self) -> str:
        access = self.at.command.access
        return "" if access.public else self.driver.users.having(access.roles)[0].token

    def _at_once(self, requests: Sequence[Request]) -> list[Answer]:
        with ThreadPoolExecutor(max_workers=len(requests)) as pool:
            return list(pool.map(lambda one: self.driver.api.send(one, side_by_side=True), requests))

    def _follow(
        self, play: Play, last: Move, fields: dict[str, Any], user: User, answer: Answer, request: Request
    ) -> None:
        """Move the tracked instance on by what one answer says, and compare its stream."""
        own = str(answer.data.get(self.at.aggregate.id_name))
        known = None if self.at.command.creates else play.instances[last.instance]
        target = known or Tracked(self.at.service, self.at.aggregate, own)
        at = self._recorded_at(target) or moment_of(answer)
        outcome = self.driver.expect(self.at, fields, target.now, Caller(user.id, user.roles), at)
        if outcome.refusal:
            self._problem(request, f"expected {outcome.status} {outcome.refusal} for one of them, got {answer}")
            return
        self.driver.follow(target, outcome.events, at, user.id, "", str(request))
        play.instances[last.instance] = target
        if answer.data.get("version") != target.version and not target.is_log:
            self._problem(request, f"expected the version {target.version}, got {answer}")

    def _recorded_at(self, target: Tracked) -> datetime | None:
        """Give the time of the next event, which is that of the one request that was applied."""
        after = [event for event in stored_events(self.driver, target) if event.sequence > target.version]
        return datetime.fromisoformat(after[0].item["timestamp"]["S"]) if after else None

    def _expect_stream(self, target: Tracked) -> None:
        found = stored_events(self.driver, target)
        sequences = [event.sequence for event in found]
        right = len(found) == target.version if target.is_log else sequences == list(range(1, target.version + 1))
        if not right:
            said = f"expected the events 1 to {target.version} of {target.stream} in the table, got {sequences}"
            self.trial.problem(said, self.at.element)

    def _problem(self, request: Request, message: str) -> None:
        self.trial.problem(f"{request}: {message}", self.at.element)
