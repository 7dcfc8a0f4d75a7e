"""What queries must answer: the rows that the simulation folds from the events, and who may see them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from skafu.blueprint.expressions import decode_value, evaluate
from skafu.blueprint.types import Scalar, Type
from skafu.proof.driving.driver import Driver
from skafu.proof.driving.landscape import QueryAt
from skafu.proof.driving.ledger import Entry
from skafu.proof.driving.users import User

Row = dict[str, Any]
SORTED_BY = 120
"""How many characters of a text rows are sorted by."""
_TIMES = (Scalar("datetime"), Scalar("date"))


class ExpectedRows:
    """The rows of one query after all events of the ledger, by the id of their instance."""

    def __init__(self, driver: Driver, at: QueryAt) -> None:
        """Fold the events of the query's aggregate.

        Args:
            driver: whose ledger has the events.
            at: the query.
        """
        self.at = at
        self._driver = driver
        self._records = {
            one.names.pascal: {field.name: field.type for field in one.fields} for one in at.service.value_types
        }
        histories: dict[str, list[Entry]] = defaultdict(list)
        for entry in driver.ledger.entries:
            if entry.instance.aggregate is at.aggregate:
                histories[entry.instance.id].append(entry)
        folded = {one: self._fold(one, entries) for one, entries in histories.items()}
        self.by_id: dict[str, Row] = {one: row for one, row in folded.items() if row is not None}

    def _fold(self, instance: str, entries: list[Entry]) -> Row | None:
        simulation, query = self._driver.simulation(self.at.service), self.at.query
        ordered = sorted(entries, key=lambda entry: entry.sequence)
        history = [(entry.happened, entry.at) for entry in ordered]
        folded = simulation.replay(history, instance, query.sources)
        if folded is None:
            return None
        sources = [entry.sequence for entry in ordered if entry.happened.event in query.sources]
        last = len(sources) if self.at.aggregate.store == "log" else max(sources)
        row = simulation.row(query, folded)
        # The version of a row is that of the instance, also where the query leaves some of its events out.
        return {**row, "version": last} if "version" in row else row

    def allows(self, user: User, parameters: Mapping[str, Any], row: Row | None = None) -> bool:
        """Say whether the instance rule of the query lets a user see what he asks for."""
        rule = self.at.query.access.allow
        if rule is None:
            return True
        roots: dict[str, Any] = {
            "caller": {"id": user.id, "roles": user.roles},
            "query": {one.name: self._decoded(one.type, parameters.get(one.name)) for one in self.at.query.parameters},
            "now": datetime.now(UTC),
        }
        if row is not None:
            roots["row"] = self.decoded(row)
        return bool(evaluate(rule, roots))

    def decoded(self, row: Row) -> Row:
        """Give a row with the values that expressions work with."""
        return {one.name: self._decoded(one.type, row.get(one.name)) for one in self.at.query.columns}

    def _decoded(self, type_: Type, value: Any) -> Any:  # noqa: ANN401
        return None if value is None else decode_value(type_, value, self._records)

    def in_order(self, rows: Sequence[Row]) -> list[Any]:
        """Give the values that rows are sorted by, in the order in which they must come: the newest or least first."""
        values = [self.sort_value(row) for row in rows]
        return sorted((value for value in values if value is not None), reverse=self.newest_first)

    @property
    def sort_column(self) -> str:
        """The column that rows are sorted by."""
        return self.at.query.sort or "created_at"

    @property
    def newest_first(self) -> bool:
        """Whether rows are sorted from the last to the first: by times that every row has, they are."""
        return self._sort_type in _TIMES

    @property
    def _sort_type(self) -> Type:
        return next((one.type for one in self.at.query.columns if one.name == self.sort_column), Scalar("datetime"))

    def sort_value(self, row: Row) -> Any:  # noqa: ANN401
        """Give what a row is sorted by, as the value that it means: 9 comes before 10, however they are written."""
        value = self._decoded(self._sort_type, row.get(self.sort_column))
        return value[:SORTED_BY] if isinstance(value, str) else value


def comparable(value: object) -> Any:  # noqa: ANN401
    """Give a JSON value in the form in which equal values are equal: times as such, nothing for what is absent."""
    match value:
        case dict():
            return {key: comparable(part) for key, part in value.items() if part is not None}
        case list() | tuple():
            return [comparable(part) for part in value]
        case str() if len(value) >= len("2026-01-01T00:00Z") and value[4:5] == "-" and "T" in value:
            try:
                return datetime.fromisoformat(value)
            except ValueError:
                return value
        case _:
            return value
