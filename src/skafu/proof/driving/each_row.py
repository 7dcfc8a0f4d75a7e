"""Reactions that are run for each row of a query: which rows they are for, and what came of each."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from skafu.blueprint.expressions import Checked, ExpressionFailed, encode_value, evaluate
from skafu.blueprint.resolved import ForEach, Reaction, ResolvedService
from skafu.blueprint.simulation import SYSTEM
from skafu.proof.driving.driver import Driver, now
from skafu.proof.driving.landscape import CommandAt, QueryAt
from skafu.proof.driving.ledger import Tracked
from skafu.proof.driving.outcomes import Watch
from skafu.proof.driving.reacting import Roots, command_fields, command_of, holds, target_id
from skafu.proof.driving.rows import ExpectedRows, Row, comparable
from skafu.proof.driving.streams import Stored, stored_events
from skafu.proof.driving.tap import Passed

_PAUSE = 0.05


@dataclass(frozen=True)
class Wanted:
    """A command that must be run for one row.

    Attributes:
        target: the instance that it is for; nothing where it creates one.
        fields: its fields (JSON).
        roots: what the reaction sees.
    """

    target: Tracked | None
    fields: dict[str, Any]
    roots: Roots


@dataclass(frozen=True)
class EachRow:
    """A reaction for the rows of a query.

    Attributes:
        driver: of the system.
        service: that the reaction belongs to.
        for_each: the query, and its access keys.
        condition: under which a row is taken.
        reaction: what is run.
    """

    driver: Driver
    service: ResolvedService
    for_each: ForEach
    condition: Checked | None
    reaction: Reaction

    @property
    def query(self) -> QueryAt:
        """The query."""
        found = (at for at in self.driver.landscape.queries if at.service is self.service)
        return next(at for at in found if at.name == self.for_each.query)

    def wanted(self, roots: Roots) -> list[Wanted]:
        """Give what must be run, with what is seen besides the row."""
        expected = ExpectedRows(self.driver, self.query)
        keys = {one.field: encode_value(evaluate(one.value, roots)) for one in self.for_each.keys}
        found: list[Wanted] = []
        for row in expected.by_id.values():
            if all(comparable(row.get(name)) == comparable(value) for name, value in keys.items()):
                found += self._wanted_for({**roots, "row": expected.decoded(row)})
        return found

    def _wanted_for(self, roots: Roots) -> Iterator[Wanted]:
        if not holds(self.condition, roots):
            return
        own_id = target_id(self.reaction, roots)
        target = None
        if own_id is not None:
            target = self.driver.ledger.find(self.service, self.reaction.command.aggregate, own_id)
            if target is None:
                raise ExpressionFailed(f"{self.reaction.command.aggregate} {own_id} is not known")
        yield Wanted(target, command_fields(self.reaction, roots), roots)

    def wait_for_rows(self) -> bool:
        """Wait until the read table holds all rows as they are expected; say whether it does."""
        rows, deadline = ExpectedRows(self.driver, self.query).by_id, time.monotonic() + self.driver.patience
        table = self.driver.names.table(self.service.names.kebab, self.query.query.names.kebab)
        while not all(self._is_there(table, own_id, row) for own_id, row in rows.items()):
            if time.monotonic() > deadline:
                return False
            time.sleep(_PAUSE)
        return True

    def _is_there(self, table: str, own_id: str, row: Row) -> bool:
        answer = self.driver.clients.dynamodb.get_item(
            TableName=table, Key={"rowId": {"S": own_id}}, ConsistentRead=True
        )
        held = answer.get("Item", {}).get("version", {}).get("N", "0")
        return int(held) >= int(row.get("version") or 0)

    def see(self, watch: Watch, wanted: list[Wanted], before: set[str]) -> int:
        """Judge what came of each row, when all is done; give how many events that were.

        Args:
            watch: where problems go.
            wanted: what must have been run.
            before: ids of the instances that were there before.
        """
        seen = 0
        for one in wanted:
            if one.target:
                seen += self._see_change(watch, one, one.target)
        created = [one for one in wanted if one.target is None]
        return seen + (self._see_created(watch, created, before) if created else 0)

    def _see_change(self, watch: Watch, one: Wanted, target: Tracked) -> int:
        new = stored_events(self.driver, target)[target.version :]
        moment = _time_of(new)
        outcome = self._outcome(one, moment)
        self._compare(watch, target, new, outcome)
        self.driver.follow(target, outcome, moment, SYSTEM.id, "", watch.said)
        return len(outcome)

    def _outcome(self, one: Wanted, moment: datetime) -> tuple[Any, ...]:
        at = command_of(self.driver.landscape, self.reaction)
        before = one.target.now if one.target else None
        return self.driver.expect(at, one.fields, before, SYSTEM, moment).events

    def _compare(self, watch: Watch, target: Tracked, new: list[Stored], outcome: tuple[Any, ...]) -> None:
        id_name = target.aggregate.id_name
        expected = [(one.event, comparable({id_name: target.id, **one.as_json()})) for one in outcome]
        got = [(stored.event, comparable(stored.data)) for stored in new]
        if got != expected:
            watch.problem(f"expected {expected} for {target.stream}, got {got}")

    def _see_created(self, watch: Watch, wanted: list[Wanted], before: set[str]) -> int:
        """Find the instances that were created for rows by what their first events say."""
        at = command_of(self.driver.landscape, self.reaction)
        new = self._new_instances(at, before, sum(bool(self._outcome(one, now())) for one in wanted))
        left = {str(one.metadata["aggregateId"]): one for one in new}
        for one in wanted:
            for own_id, event in list(left.items()):
                target = Tracked(self.service, at.aggregate, own_id)
                moment = datetime.fromisoformat(str(event.metadata["timestamp"]))
                outcome = self._outcome(one, moment)
                expected = [comparable({at.aggregate.id_name: own_id, **happened.as_json()}) for happened in outcome]
                if expected and expected[0] == comparable(event.data):
                    self.driver.follow(target, outcome, moment, SYSTEM.id, "", watch.said)
                    del left[own_id]
                    break
            else:
                if self._outcome(one, now()):
                    watch.problem(f"expected {at.name} with {one.fields}, saw no event of it")
        for event in left.values():
            watch.problem(f"expected nothing more, got {event.name} {event.data}")
        return len(new)

    def _new_instances(self, at: CommandAt, before: set[str], count: int) -> list[Passed]:
        """Give the events of a creating command for instances that were not there before, waiting for so many."""
        names, deadline = {emit.event for emit in at.command.emits}, time.monotonic() + self.driver.patience
        while True:
            passed = [one for one in self.driver.bus.passed() if one.source == self.service.names.kebab]
            new = [one for one in passed if one.name in names and str(one.metadata.get("aggregateId")) not in before]
            if len(new) >= count or time.monotonic() > deadline:
                return new
            time.sleep(_PAUSE)


def _time_of(stored: list[Stored]) -> datetime:
    return datetime.fromisoformat(stored[0].item["timestamp"]["S"]) if stored else now()
