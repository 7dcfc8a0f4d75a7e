"""What sentences become: commands, events, policies, timers, calls, rules, queries, roles."""

import pytest
from planned import Planned


def test_actors_verbs_and_objects_become_commands_with_roles_and_events() -> None:
    found = Planned("Receptionists confirm appointments. Patients book and cancel appointments.")

    assert found.commands["BookAppointment"].creates
    assert found.commands["BookAppointment"].roles == ("patient",)
    assert found.commands["ConfirmAppointment"].roles == ("receptionist",)
    assert {"AppointmentBooked", "AppointmentCancelled", "AppointmentConfirmed"} <= found.events
    assert found.blueprint.auth.sign_up == "patient"


def test_who_begins_a_thing_owns_it() -> None:
    found = Planned("Patients book appointments and cancel appointments.")

    assert found.emit("BookAppointment", "AppointmentBooked").with_["patient_id"] == "caller.id"
    assert found.commands["CancelAppointment"].allow == "state.patient_id == caller.id"
    assert found.queries["MyAppointments"].by == ("caller.id",)


def test_a_container_gets_the_command() -> None:
    found = Planned("Customers add books to a cart. Staff add books.")

    assert found.commands["AddToCart"].fields == {"book_id": "ref Book"}
    assert "AddedToCart" in found.events
    added = next(event for event in found.aggregates["Cart"].events if event.name == "AddedToCart")
    assert added.add == {"book_ids": "event.book_id"}


@pytest.mark.parametrize(
    ("text", "record", "command"),
    [
        ("Members book classes.", "Booking", "BookClass"),
        ("Readers borrow books.", "Loan", "BorrowBook"),
        ("Guests reserve tables.", "Reservation", "ReserveTable"),
        ("Students enroll in courses.", "Enrollment", "EnrollInCourse"),
        ("Visitors rate exhibitions. Curators open exhibitions.", "Rating", "RateExhibition"),
    ],
)
def test_what_a_verb_leaves_behind_is_a_thing_of_its_own(text: str, record: str, command: str) -> None:
    found = Planned(text)

    assert found.commands[command].creates
    assert command in {each.name for each in found.aggregates[record].commands}


def test_what_is_booked_itself_needs_no_booking() -> None:
    found = Planned("Patients book appointments.")

    assert set(found.aggregates) == {"Appointment"}


def test_when_and_passive_voice_make_a_policy() -> None:
    found = Planned("Customers place orders. When an order is placed, an invoice is created.")

    assert ("OrderPlaced", "CreateInvoice") in found.policies
    assert found.commands["CreateInvoice"].roles == ()
    assert "order_id" in found.commands["CreateInvoice"].fields


def test_a_payment_that_fails_cancels_the_order_and_paid_orders_go_on() -> None:
    found = Planned(
        "Customers place orders. Payment is captured with Stripe when an order is placed; if it fails, the order "
        "is cancelled. The warehouse ships paid orders."
    )

    call = found.calls["OrderPlaced", "Stripe.capture_payment"]
    assert call.ok is not None
    assert call.failed is not None
    assert ("PaymentFailed", "CancelOrder") in found.policies
    assert ("PaymentCaptured", "MarkOrderPaid") in found.policies
    assert found.commands["ShipOrder"].in_ == ("paid",)


def test_in_time_or_declined() -> None:
    late = Planned("Riders request a ride. The driver accepts or declines the ride within 15 seconds.")

    timer = late.timers["DeclineRide"]
    assert (timer.when, timer.after) == ("RideRequested", "15 seconds")
    assert set(timer.unless) == {"RideAccepted", "RideDeclined"}


def test_nobody_in_time_escalates() -> None:
    found = Planned("Guards raise an alarm. If nobody acknowledges the alarm in 15 minutes, it is escalated.")

    timer = found.timers["EscalateAlarm"]
    assert (timer.when, timer.after, timer.unless) == ("AlarmRaised", "15 minutes", ("AlarmAcknowledged",))


def test_not_paid_within_two_days_is_cancelled() -> None:
    found = Planned(
        "Guests make reservations. Guests pay reservations. "
        "Reservations that are not paid within 48 hours are cancelled."
    )

    timer = found.timers["CancelReservation"]
    assert (timer.after, timer.unless) == ("48 hours", ("ReservationPaid",))


def test_a_time_that_a_field_holds() -> None:
    found = Planned("Sellers open an auction with an end time. The auction closes at its end time.")

    assert found.commands["OpenAuction"].fields["end_time"] == "datetime"
    assert found.timers["CloseAuction"].at == "event.end_time"


def test_a_reminder_before_an_appointment() -> None:
    found = Planned("Patients book appointments. A reminder is sent by SMS 24 hours before the appointment.")

    assert found.timers["RemindPatient"].at == 'event.starts_at - duration("24 hours")'
    call = found.calls["PatientReminded", "Sms.send"]
    assert call.with_["to"] == "event.phone"


def test_a_monthly_report() -> None:
    found = Planned("Clerks record sales. Managers get a monthly report.")

    assert found.timers["GenerateReport"].every == "month on 1 at 06:00 UTC"
    assert found.queries["Reports"].roles == ("manager",)


def test_who_is_told_by_which_channel() -> None:
    mail = Planned("The warehouse ships orders and customers are told by email. Customers place orders.")
    chat = Planned("Agents close tickets. Agents open tickets. The team is notified by Slack when a ticket is closed.")

    assert ("OrderShipped", "Mail.send") in mail.calls
    assert ("TicketClosed", "Slack.send") in chat.calls


def test_messages_of_devices_are_a_log() -> None:
    found = Planned(
        "Sensors report temperature every minute over MQTT. Readings are kept for 5 years. "
        "When the temperature is above 8, an alarm is raised."
    )
    reading = found.aggregates["Reading"]

    assert (reading.store, reading.retention, reading.key) == ("log", "5 years", ("sensor_id",))
    assert found.blueprint.integrations[0].inbound[0].kind == "mqtt"
    assert found.timers["RaiseAlarm"].if_ == "row.temperature > 8"


def test_many_devices_make_the_load() -> None:
    found = Planned("12,000 sensors report temperature every minute over MQTT.")

    assert found.blueprint.load.requests_per_second.average == 200


def test_the_limits_of_a_bid() -> None:
    found = Planned(
        "Sellers open an auction with a start price. Buyers place bids that must be at least 5% above the highest."
    )
    rule = found.commands["PlaceBid"].invariants[0]

    assert rule.rule == "command.bid.amount >= state.highest_amount * 1.05"
    assert found.emit("OpenAuction", "AuctionOpened").with_["highest_amount"] == "command.start_price"


def test_before_the_deadline() -> None:
    found = Planned("Teachers create assignments. Students hand in their work before the deadline.")
    command = found.commands["HandInWork"]

    assert command.reads == {"assignment": "Assignment(command.assignment_id)"}
    assert command.invariants[0].rule == "now <= assignment.deadline"


def test_a_class_that_is_full() -> None:
    found = Planned("Members book classes. Sometimes a class is full. Members cancel bookings.")

    assert [rule.rule for rule in found.commands["BookClass"].invariants] == [
        "class_session.taken < class_session.capacity"
    ]
    assert found.policies["BookingCancelled", "ChangeClassPlaces"].with_ == {"places": -1}


def test_a_balance_that_never_gets_negative() -> None:
    found = Planned(
        "Customers open an account. They deposit and withdraw money; the balance must never become negative."
    )

    assert found.commands["WithdrawMoney"].invariants[0].rule == "command.amount <= state.balance"
    events = {event.name: event for event in found.aggregates["Account"].events}
    assert events["MoneyDeposited"].add == {"balance": "event.amount"}
    assert events["MoneyWithdrawn"].remove == {"balance": "event.amount"}


def test_amounts_above_a_limit_go_another_way() -> None:
    found = Planned(
        "Supplier invoices arrive by email as PDF. The data is extracted and matched with the purchase order. "
        "Differences above 50 euros go to the buyer for approval; matched invoices are posted to the ERP."
    )

    difference = found.emit("MatchInvoice", "DifferenceFound")
    assert difference.if_ is not None
    assert difference.if_.endswith('> money(5000, "EUR")')
    assert found.emit("MatchInvoice", "InvoiceMatched").else_
    assert found.commands["ApproveInvoice"].roles == ("buyer",)
    assert ("InvoiceMatched", "Erp.post_invoice") in found.calls
    assert ("InvoiceApproved", "Erp.post_invoice") in found.calls


def test_lent_until() -> None:
    found = Planned("Readers borrow books for four weeks and extend loans. Librarians add books.")

    assert found.emit("BorrowBook", "BookBorrowed").with_["due_at"] == 'now + duration("4 weeks")'
    assert found.emit("ExtendLoan", "LoanExtended").with_["due_at"] == 'state.due_at + duration("4 weeks")'


def test_once_per_poll() -> None:
    found = Planned("Users create polls. Other users vote once per poll.")

    assert found.aggregates["Vote"].unique == (("poll_id", "user_id"),)


def test_one_thing_under_two_names() -> None:
    found = Planned("Online auctions: sellers list an item with an end time, the auction closes at its end time.")

    assert set(found.aggregates) == {"Auction"}
    assert {"ListItem", "CloseAuction"} <= set(found.commands)


def test_the_request_is_what_was_requested() -> None:
    found = Planned("Employees request vacation. The manager approves or rejects the request.")

    assert set(found.aggregates) == {"Vacation"}
    assert {"RequestVacation", "ApproveVacation", "RejectVacation"} == set(found.commands)


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        (
            "Todo lists that can be shared with other people.",
            {"CreateTodoList", "ShareTodoList", "AddTask", "CompleteTask"},
        ),
        ("URL shortener", {"ShortenUrl"}),
        ("Blog with comments", {"PublishPost", "PostComment"}),
        ("An expense tracker", {"RecordExpense", "UpdateExpense"}),
        ("An online shop", {"AddProduct", "UpdateProduct", "PlaceOrder", "CancelOrder", "ShipOrder"}),
    ],
)
def test_one_liners_imply_what_is_naturally_done(text: str, commands: set[str]) -> None:
    assert set(Planned(text).commands) == commands


def test_nominal_style_with_actors_and_times() -> None:
    found = Planned(
        "Registration of tickets by customers, assignment of tickets to agents, escalation of tickets after 24 hours."
    )

    assert found.commands["RegisterTicket"].roles == ("customer",)
    assert found.commands["AssignTicket"].fields == {"agent_id": "id"}
    assert found.timers["EscalateTicket"].after == "24 hours"


def test_stories_take_the_role_from_as_a() -> None:
    found = Planned("As a customer, I want to open a ticket. As an agent, I want to close tickets.")

    assert found.commands["OpenTicket"].roles == ("customer",)
    assert found.commands["CloseTicket"].roles == ("agent",)


def test_small_systems_stay_whole_and_large_ones_are_cut() -> None:
    small = Planned("Patients book appointments.")
    large = Planned(
        "Customers place orders. Staff add products. Customers open a cart. Payment is captured with Stripe when "
        "an order is placed. Customers rate products."
    )

    assert len(small.blueprint.services) == 1
    assert {service.name for service in large.blueprint.services} == {"orders", "payments", "feedback"}


def test_names_that_python_keeps_are_called_otherwise() -> None:
    found = Planned("Members book classes. Organisers create events. Customers request a return.")

    assert {"ClassSession", "PlannedEvent", "ReturnRequest"} <= set(found.aggregates)


def test_what_nobody_is_named_for_is_asked() -> None:
    found = Planned("Customers place orders. Orders must be checked.")

    assert "Who may do it: CheckOrder?" in found.questions
