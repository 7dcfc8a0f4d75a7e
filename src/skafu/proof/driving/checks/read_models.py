"""Every query answers what the events say: rows, access keys, filters, order and pages."""

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from skafu.blueprint.resolved import Parameter
from skafu.blueprint.types import OneOf
from skafu.proof.driving.driver import Driver
from skafu.proof.driving.http import Answer
from skafu.proof.driving.landscape import QueryAt
from skafu.proof.driving.rows import ExpectedRows, Row, comparable
from skafu.proof.driving.samples import query_request
from skafu.proof.driving.side_by_side import side_by_side
from skafu.proof.driving.trial import Trial
from skafu.proof.driving.users import NOBODY, User

_ROWS = 25
_GROUPS = 4
_PAGES = 4
_MOST = 100
_WRONG = 3
_PAUSE = 0.05
_ABSENT = "nothing-like-it"


def check_read_models(driver: Driver) -> Trial:
    """See that every routed query answers what the simulation folds from the events."""
    trial = Trial("deployed.read-models")
    side_by_side(lambda at: _Reading(driver, trial, at).check(), driver.landscape.routed_queries)
    return trial


@dataclass
class _Reading:
    """The check of one query."""

    driver: Driver
    trial: Trial
    at: QueryAt
    patience: float = 0.0
    wrong: int = 0

    def check(self) -> None:
        self.rows = ExpectedRows(self.driver, self.at)
        self.patience = self.driver.patience
        if self.at.query.yours:
            self.trial.gap("its rows are folded by hand", self.at.element)
        elif not self.rows.by_id:
            self.trial.gap("there are no rows", self.at.element)
        elif self.at.query.returns == "one":
            self._check_ones()
        else:
            self._check_pages()

    def _check_ones(self) -> None:
        """Ask for single rows, the ones with most events first."""
        rows = sorted(self.rows.by_id.values(), key=lambda row: -int(row.get("version") or 0))
        for row in rows[:_ROWS]:
            if self.wrong >= _WRONG:
                break
            for user in self._users(row):
                parameters = self._keys(row, user)
                if parameters is not None and self.rows.allows(user, parameters, row):
                    self._expect_row(user, parameters, self._with_same_keys(row))
                    break
            else:
                self.trial.gap(f"nobody may see the row {row}", self.at.element)

    def _with_same_keys(self, row: Row) -> list[Row]:
        """Give the rows that are found by the same keys as one: each of them is a right answer."""
        names = [key.column for key in self.at.query.by]
        return [one for one in self.rows.by_id.values() if all(one.get(name) == row.get(name) for name in names)]

    def _expect_row(self, user: User, parameters: Mapping[str, Any], rows: list[Row]) -> None:
        wanted = [comparable(row) for row in rows]
        answer = self._until(user, parameters, lambda one: comparable(one.data) in wanted)
        self.trial.count("rows")
        if answer.status != 200 or comparable(answer.data) not in wanted:
            said = " or ".join(map(str, rows))
            self._problem(parameters, f"as {user}: expected 200 with {said}, got {answer}")

    def _check_pages(self) -> None:
        for user, parameters, rows in list(self._groups())[:_GROUPS]:
            self.trial.count("access keys")
            self._expect_pages(user, parameters, rows)
            for one in self.at.query.parameters:
                if not one.required:
                    self._expect_filtered(user, parameters, rows, one)

    def _groups(self) -> Iterator[tuple[User, dict[str, Any], list[Row]]]:
        """Give who can ask for which rows, the largest groups first."""
        names = [key.column for key in self.at.query.by]
        groups: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows.by_id.values():
            groups[repr([row.get(name) for name in names])].append(row)
        seen = False
        for rows in sorted(groups.values(), key=lambda rows: -len(rows)):
            for user in self._users(rows[0]):
                parameters = self._keys(rows[0], user)
                if parameters is not None and self.rows.allows(user, parameters):
                    seen = True
                    yield user, parameters, rows
                    break
        if not seen:
            self.trial.gap("nobody may see any of its rows", self.at.element)

    def _expect_pages(self, user: User, parameters: dict[str, Any], rows: list[Row]) -> None:
        limit = max(1, min(_MOST, -(-len(rows) // _PAGES)))
        wanted = {self._id(row): comparable(row) for row in rows}
        deadline = time.monotonic() + self.patience
        while True:
            found, answer = self._all_pages(user, parameters, limit)
            same = {self._id(row): comparable(row) for row in found} == wanted and len(found) == len(rows)
            if same or answer.status != 200 or time.monotonic() > deadline:
                break
            time.sleep(_PAUSE)
        self.trial.count("rows", len(rows))
        if not same:
            said = _difference(wanted, {self._id(row): comparable(row) for row in found}, len(found))
            self._problem(parameters, f"as {user}, in pages of {limit}: {said}; the last answer was {answer}")
            return
        if [value for row in found if (value := self.rows.sort_value(row)) is not None] != self.rows.in_order(rows):
            first = "newest" if self.rows.newest_first else "least"
            got = [row.get(self.rows.sort_column) for row in found]
            self._problem(parameters, f"expected the {first} {self.rows.sort_column} first, got {got}")

    def _all_pages(self, user: User, parameters: Mapping[str, Any], limit: int) -> tuple[list[Row], Answer]:
        """Follow the cursors to the end; give all items and the last answer."""
        found: list[Row] = []
        cursor: str | None = None
        for _ in range(2 * _PAGES + 2):
            answer = self._ask(user, {**parameters, "limit": limit, "cursor": cursor})
            page = answer.data if isinstance(answer.data, dict) else {}
            items = page.get("items") or []
            if len(items) > limit:
                self._problem(parameters, f"expected at most {limit} items, got {len(items)}")
            found += items
            cursor = page.get("next_cursor")
            if answer.status != 200 or not cursor:
                break
        return found, answer

    def _expect_filtered(self, user: User, parameters: dict[str, Any], rows: list[Row], one: Parameter) -> None:
        values = list(dict.fromkeys(row[one.name] for row in rows if row.get(one.name) is not None))[:3]
        absent = [] if isinstance(one.type, OneOf) or not isinstance(one.valid, str) else [_ABSENT]
        for value in (*values, *absent):
            wanted = {self._id(row) for row in rows if row.get(one.name) == value}
            found, answer = self._all_pages(user, {**parameters, one.name: value}, _MOST)
            self.trial.count("filters")
            if {self._id(row) for row in found} != wanted or len(found) != len(wanted):
                if answer.status == 400 and value == _ABSENT:
                    continue
                said = f"with {one.name}={value}: expected {len(wanted)} rows, got {len(found)}; {answer}"
                self._problem(parameters, said)

    def _users(self, row: Row) -> list[User]:
        """Give who may use the route; those that the row belongs to first, where the caller is its key."""
        if self.at.query.access.public:
            return [NOBODY]
        roles, ids = self.at.query.access.roles, [value for value in row.values() if isinstance(value, str)]
        users = [*self.driver.users.among(ids, roles), *self.driver.users.having(roles)]
        return sorted(users, key=lambda user: user.id not in ids)

    def _keys(self, row: Row, user: User) -> dict[str, Any] | None:
        """Give the parameters with which a user finds a row; nothing when it is found by another caller's id."""
        if any(key.is_caller and row.get(key.column) != user.id for key in self.at.query.by):
            return None
        return {key.column: row[key.column] for key in self.at.query.by if not key.is_caller}

    def _ask(self, user: User, parameters: Mapping[str, Any]) -> Answer:
        self.trial.count("requests")
        return self.driver.api.send(query_request(self.at, parameters, token=user.token))

    def _until(self, user: User, parameters: Mapping[str, Any], wanted: Any) -> Answer:  # noqa: ANN401
        deadline = time.monotonic() + self.patience
        while True:
            answer = self._ask(user, parameters)
            if (answer.status == 200 and wanted(answer)) or time.monotonic() > deadline:
                return answer
            time.sleep(_PAUSE)

    def _id(self, row: Row) -> str:
        return str(row.get(self.at.aggregate.id_name))

    def _problem(self, parameters: Mapping[str, Any], message: str) -> None:
        # What is wrong now was waited for; what is wrong later need not be.
        self.wrong, self.patience = self.wrong + 1, 0.0
        self.trial.problem(f"{query_request(self.at, parameters)}: {message}", self.at.element)


def _difference(wanted: Mapping[str, Any], found: Mapping[str, Any], count: int) -> str:
    missing, strange = wanted.keys() - found.keys(), found.keys() - wanted.keys()
    other = [
        f"expected {wanted[one]}, got {found[one]}" for one in wanted.keys() & found.keys() if wanted[one] != found[one]
    ]
    parts = [f"{len(missing)} rows are missing" if missing else "", f"{len(strange)} do not belong" if strange else ""]
    parts += other[:2] + ([f"{count} items for {len(found)} rows"] if count != len(found) else [])
    return "; ".join(filter(None, parts))
