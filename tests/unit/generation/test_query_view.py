"""Queries answer a page or one row, found by its id or by other keys; some are folded by hand."""

import pytest
from small_systems import DESK, service_of, system_of

from skafu.generation.aggregate_view import View
from skafu.generation.query_view import query_view

BY_ID = "{name: OrderById, http: GET /orders/:order_id, roles: [member], from: [OrderPlaced], returns: one}"
BY_TITLE = "{name: OrderByTitle, roles: [member], by: [title], from: [OrderPlaced], returns: one}"
OWN = "{name: MyOrder, roles: [member], by: [owner_id = caller.id], from: [OrderPlaced], returns: one}"
PAGE = "{name: Orders, roles: [member], from: [OrderPlaced]}"
FOLDED = "{name: Totals, roles: [member], from: [OrderPlaced], yours: true}"


def _services(query: str) -> str:
    return DESK.replace("FIELDS", "{title: text, owner_id: id}") + f"  queries: [{query}]\n"


def _view(query: str) -> View:
    service = service_of(system_of(_services(query)))
    return query_view(service.queries[0], service)


@pytest.mark.parametrize(
    ("query", "paged", "indexed", "reads_query"),
    [(BY_ID, False, False, True), (BY_TITLE, False, True, True), (OWN, False, True, False), (PAGE, True, True, True)],
)
def test_how_rows_are_found(query: str, paged: bool, indexed: bool, reads_query: bool) -> None:
    found = _view(query)
    assert (found["paged"], found["indexed"], found["reads_query"]) == (paged, indexed, reads_query)


def test_rows_that_are_folded_by_hand_have_a_class_of_their_own() -> None:
    assert _view(FOLDED)["row"] == {"pascal": "TotalsRow", "module": "totals_fold"}
    assert _view(PAGE)["row"] == {"pascal": "OrdersRow", "module": "queries"}
