"""Reading English: forms of words, spans of time, parts of speech, clauses."""

import pytest

from skafu.planning.language.clauses import Clause, read_sentence
from skafu.planning.language.marks import Mark, mark_spans
from skafu.planning.language.morphology import base_of_unknown, gerund, participle, singular, third_person, verb_forms
from skafu.planning.language.tagging import tag
from skafu.planning.language.words import sentences_of


@pytest.mark.parametrize(
    ("base", "past", "ing", "third"),
    [
        ("cancel", "cancelled", "cancelling", "cancels"),
        ("ship", "shipped", "shipping", "ships"),
        ("pay", "paid", "paying", "pays"),
        ("approve", "approved", "approving", "approves"),
        ("notify", "notified", "notifying", "notifies"),
        ("match", "matched", "matching", "matches"),
        ("withdraw", "withdrawn", "withdrawing", "withdraws"),
        ("deliver", "delivered", "delivering", "delivers"),
        ("tip", "tipped", "tipping", "tips"),
    ],
)
def test_verbs_are_inflected_and_found_again(base: str, past: str, ing: str, third: str) -> None:
    assert (participle(base), gerund(base), third_person(base)) == (past, ing, third)
    assert verb_forms(past)["past"] == base
    assert verb_forms(ing)["ing"] == base
    assert verb_forms(third)["third"] == base


def test_particles_stay_behind_the_participle() -> None:
    assert participle("pick_up") == "picked_up"
    assert participle("hand_in") == "handed_in"


def test_american_spelling_is_understood() -> None:
    assert verb_forms("canceled")["past"] == "cancel"


@pytest.mark.parametrize(
    ("word", "base"),
    [("brewed", "brew"), ("baked", "bake"), ("groomed", "groom"), ("tries", "try"), ("plotted", "plot")],
)
def test_the_base_of_an_unknown_verb_is_guessed(word: str, base: str) -> None:
    assert base_of_unknown(word) == base


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("orders", "order"), ("categories", "category"), ("classes", "class"), ("boxes", "box"), ("people", "person"),
        ("menus", "menu"), ("news", "news"), ("staff", "staff"), ("purchase_orders", "purchase_order"), ("bus", "bus"),
        ("addresses", "address"), ("shelves", "shelf"),
    ],
)  # fmt: skip
def test_nouns_become_singular(plural: str, one: str) -> None:
    assert singular(plural) == one


@pytest.mark.parametrize(
    ("words", "kind", "duration"),
    [
        ("accepts within 15 seconds", "within", "15 seconds"),
        ("after 3 days it is archived", "after", "3 days"),
        ("two hours later", "after", "2 hours"),
        ("24 hours before the appointment", "before", "24 hours"),
        ("for two weeks", "for", "2 weeks"),
        ("extends it by half an hour", "by", "30 minutes"),
        ("in the last minute", "last", "1 minute"),
    ],
)
def test_spans_of_time_are_read(words: str, kind: str, duration: str) -> None:
    _, marks = mark_spans(words)

    assert [(mark.kind, mark.duration) for mark in marks] == [(kind, duration)]


@pytest.mark.parametrize(
    ("words", "every"),
    [
        ("every month", "month on 1 at 06:00 UTC"), ("weekly", "monday at 06:00 UTC"),
        ("every night", "day at 01:00 UTC"),
        ("every 15 minutes", "15 minutes"), ("every friday at 5 pm", "friday at 17:00 UTC"), ("each hour", "hour"),
        ("at the end of each month", "month on 1 at 06:00 UTC"), ("at midnight", "day at 00:00 UTC"),
        ("every 2 hours", "2 hours"), ("once a day", "day at 06:00 UTC"),
    ],
)  # fmt: skip
def test_repeated_times_are_read_as_timers_write_them(words: str, every: str) -> None:
    _, marks = mark_spans(words)

    assert [mark.every for mark in marks] == [every]


@pytest.mark.parametrize(
    ("words", "comparison", "number", "unit"),
    [
        ("above 50 euros", "gt", 50, "EUR"), ("over 10,000 euros", "gt", 10_000, "EUR"), ("up to 5", "le", 5, ""),
        ("at least 5% above", "ge", 5, "%"), ("under $1.50", "lt", 1.5, "USD"), ("must not exceed 3", "le", 3, ""),
        ("no more than 2", "le", 2, ""), ("more than 2k euros", "gt", 2000, "EUR"),
    ],
)  # fmt: skip
def test_limits_are_read(words: str, comparison: str, number: float, unit: str) -> None:
    _, marks = mark_spans(words)

    assert [(mark.comparison, mark.number, mark.unit) for mark in marks] == [(comparison, number, unit)]


def test_a_limit_knows_that_it_is_relative() -> None:
    _, marks = mark_spans("at least 5% above the highest")

    assert marks[0].relative


def _tags(text: str) -> dict[str, str]:
    return {each.low: each.tag for each in tag(sentences_of(text)[0].words)}


@pytest.mark.parametrize(
    ("text", "verbs", "nouns"),
    [
        ("Members book classes.", {"book"}, {"members", "classes"}),
        ("Staff add books and restock them.", {"add", "restock"}, {"books"}),
        ("Supplier invoices arrive by email.", {"arrive"}, {"invoices"}),
        ("The warehouse ships paid orders.", {"ships"}, {"orders", "warehouse"}),
        ("Customers order meals and rate the restaurant.", {"order", "rate"}, {"meals"}),
        ("Todo lists that can be shared.", {"shared"}, {"lists"}),
        ("Users see orders, invoices and reports.", {"see"}, {"orders", "invoices", "reports"}),
        ("A courier is assigned, picks up the order and delivers it.", {"assigned", "picks", "delivers"}, {"order"}),
        ("The order list shows the order status.", {"shows"}, {"list", "status"}),
    ],
)
def test_verbs_and_nouns_are_told_apart(text: str, verbs: set[str], nouns: set[str]) -> None:
    tags = _tags(text)

    assert {word for word, kind in tags.items() if kind == "V"} == verbs
    assert nouns <= {word for word, kind in tags.items() if kind == "N"}


def _clauses(text: str) -> list[Clause]:
    return [clause for at, each in enumerate(sentences_of(text)) for clause in read_sentence(each, at).clauses]


def _said(clause: Clause) -> tuple[str, str, str]:
    subjects = " ".join(noun.name for noun in clause.subjects)
    return subjects, clause.verb.base, " ".join(noun.name for noun in clause.objects)


def test_a_subject_that_is_left_out_is_the_one_before() -> None:
    said = [_said(clause) for clause in _clauses("Customers browse books, add them to a cart and place orders.")]

    assert said == [("customer", "browse", "book"), ("customer", "add", "them"), ("customer", "place", "order")]


def test_a_new_subject_after_a_comma_is_heard() -> None:
    said = [_said(clause)[:2] for clause in _clauses("The driver completes the ride, the fare is charged.")]

    assert said == [("driver", "complete"), ("fare", "charge")]


def test_conditions_are_tied_to_what_they_condition() -> None:
    when, main = _clauses("When the payment fails, the order is cancelled.")
    captured, placed = _clauses("Payment is captured when an order is placed.")

    assert when.governs is main
    assert placed.governs is captured


def test_a_relative_clause_describes_its_noun() -> None:
    relative, main = _clauses("Registrations that are not paid within 48 hours are cancelled.")

    assert relative.link == "relative"
    assert relative.verb.negated
    assert [mark.duration for mark in relative.marks] == ["48 hours"]
    assert _said(main)[:2] == ("registration", "cancel")


def test_wishes_and_permissions_lead_to_the_verb_behind_them() -> None:
    wanted = _clauses("As a teacher, I want to create an assignment.")[0]
    allowed = _clauses("The app lets patients book appointments.")[-1]

    assert (wanted.verb.base, wanted.verb.modal) == ("create", "want")
    assert _said(allowed) == ("patient", "book", "appointment")


def test_particles_find_their_verb() -> None:
    assert _clauses("The driver picks the rider up.")[0].verb.base == "pick_up"
    assert _clauses("Students hand in their work.")[0].verb.base == "hand_in"


def test_nominal_style_is_read_as_clauses() -> None:
    first, second = _clauses("Registration of tickets by customers, approval of invoices.")

    assert (first.verb.base, first.subjects[0].name, first.after("by")[0].name) == ("register", "ticket", "customer")
    assert (second.verb.base, second.verb.passive) == ("approve", True)


def test_lines_of_a_list_are_sentences_and_wrapped_lines_are_not() -> None:
    listed = sentences_of("- Users add tasks\n- Users complete tasks")
    wrapped = sentences_of("Users add tasks and\ncomplete them.")

    assert [sentence.text for sentence in listed] == ["Users add tasks", "Users complete tasks"]
    assert [sentence.text for sentence in wrapped] == ["Users add tasks and complete them."]


def test_a_mark_without_a_unit_of_the_text_uses_the_largest_that_goes() -> None:
    assert Mark("for", "for a month", seconds=2_592_000).duration == "30 days"
