"""Answers of outside systems are recorded where it is known whom they are for."""

import pytest

from skafu.planning.design.sheets import (
    AggregateSheet,
    CallSheet,
    CommandSheet,
    EmitSheet,
    EventSheet,
    FieldSheet,
    IntegrationSheet,
    OperationSheet,
    SystemSheet,
)
from skafu.planning.design.wiring import wire
from skafu.planning.meaning.story import Source

SAID = Source("An order is paid when a parcel arrives.", "a sentence")


def _sheet(system: SystemSheet, name: str, command: str, event: str) -> AggregateSheet:
    sheet = AggregateSheet(name, name.lower(), SAID)
    happened = EventSheet(event, sheet, SAID)
    sheet.commands.append(CommandSheet(command, sheet, SAID, "do", emits=[EmitSheet(happened)]))
    sheet.events.append(happened)
    system.aggregates.append(sheet)
    return sheet


@pytest.mark.parametrize(
    ("known", "kept"), [(FieldSheet("ref Order"), True), (FieldSheet("ref Order", optional=True), False), (None, False)]
)
def test_an_answer_without_the_id_of_its_instance_is_not_recorded(known: FieldSheet | None, *, kept: bool) -> None:
    system = SystemSheet("shop", "Sells.")
    order = _sheet(system, "Order", "PayOrder", "OrderPaid")
    parcel = _sheet(system, "Parcel", "TakeParcel", "ParcelTaken")
    parcel.commands[0].creates = True
    if known is not None:
        for fields in (parcel.fields, parcel.commands[0].fields, parcel.events[0].fields):
            fields["order_id"] = known.copy()
    bank = IntegrationSheet("Bank", "http", SAID, operations=[OperationSheet("pay")])
    system.integrations.append(bank)
    pay = order.commands[0]
    call = CallSheet(parcel.events[0], bank, "pay", SAID, ok=pay, failed=pay)
    system.calls.append(call)

    wire(system)

    assert (call.ok is pay, call.failed is pay) == (kept, kept)
