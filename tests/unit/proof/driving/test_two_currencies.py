"""A journey in which two currencies meet is found where there is one, and can be played."""

from driven_project import system_of

from skafu.blueprint.simulation import DIFFERENT_CURRENCIES, Simulation
from skafu.proof.driving.freshness import freshened
from skafu.proof.driving.rehearsing import rehearse
from skafu.proof.driving.two_currencies import currency_journey

(STORE, *_) = system_of("bookstore").services
SIMULATION = Simulation(STORE)


def test_a_cart_with_books_in_two_currencies_is_not_checked_out() -> None:
    cart = SIMULATION.aggregates["Cart"]
    found = currency_journey(SIMULATION, cart.journeys.commands["CheckOut"])
    assert found is not None
    assert [move.command for move in found].count("AddBook") == 2

    played = freshened(found, STORE, 12)

    assert len({move.body["isbn"] for move in played if move.command == "AddBook"}) == 2
    rehearsal = rehearse(SIMULATION, played)
    assert rehearsal is not None
    assert rehearsal.outcome.refusal == DIFFERENT_CURRENCIES


def test_there_is_none_where_nothing_is_added_up() -> None:
    book = SIMULATION.aggregates["Book"]
    assert currency_journey(SIMULATION, book.journeys.commands["AddBook"]) is None
