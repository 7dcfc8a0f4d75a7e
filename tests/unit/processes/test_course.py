"""The course of a process: what it does with each piece of news."""

from datetime import UTC, datetime

import pytest
from decider_scenarios import Given, given

from skafu.kernel.events import Event
from skafu.processes.course import commands as c
from skafu.processes.course import events as e
from skafu.processes.course import process
from skafu.processes.course.words import FROM_BLUEPRINT, FROM_DESCRIPTION, UPDATE, Kind, Known, Step

ID = "p-1"
KNOWN = Known(name="shop", template="system")
BEGIN = c.BeginProcess(ID, "provisioning", FROM_BLUEPRINT, KNOWN)
MADE = FROM_DESCRIPTION[FROM_DESCRIPTION.index("repository") :]
"""The steps in which a repository may be there."""
BEGUN = e.ProcessBegun(ID, "provisioning", 1, FROM_BLUEPRINT, KNOWN)


def story(*events: Event) -> Given[c.ProcessCommand, process.State, Event]:
    return given(process, *events)


def started(state: process.State) -> e.ProcessStepStarted:
    """The step that a process waits for, as its event would say it."""
    assert isinstance(state, process.Process)
    return e.ProcessStepStarted(state.project_id, state.kind, state.step, state.attempt, state.ref, state.known)


def test_a_second_attempt_names_the_first() -> None:
    last = led_to(failed_at("repository"), c.RetryProcess(ID, "provisioning"))[-1]
    assert isinstance(last, e.ProcessStepStarted)
    assert last.before == here(up_to("repository")).ref
    assert last.before != last.ref


def led_to(events: list[Event], command: c.ProcessCommand) -> list[Event]:
    """All events once a command has had its effect."""
    return [*events, *process.decide(command, given(process, *events).state)]


def up_to(step: Step, *, kind: Kind = "provisioning", steps: tuple[Step, ...] = FROM_BLUEPRINT) -> list[Event]:
    """What has happened when a step is under way."""
    events = led_to([], c.BeginProcess(ID, kind, steps, KNOWN))
    while (now := started(given(process, *events).state)).step != step:
        learned = Known(repository_id=now.ref, address="/git/shop") if now.step == "repository" else Known()
        events = led_to(events, c.HearDone(ID, kind, now.step, now.ref, learned))
    return events


def here(events: list[Event]) -> e.ProcessStepStarted:
    return started(given(process, *events).state)


def test_it_goes_through_its_steps_in_order() -> None:
    events = up_to("record")
    assert [each.step for each in events if isinstance(each, e.ProcessStepStarted)] == list(FROM_BLUEPRINT)
    events = led_to(events, c.HearDone(ID, "provisioning", "record", ID))
    assert isinstance(events[-1], e.ProcessFinished)
    state = given(process, *events).state
    assert isinstance(state, process.Process)
    assert state.state == "finished"


def test_a_description_is_analysed_first() -> None:
    assert here(led_to([], c.BeginProcess(ID, "provisioning", FROM_DESCRIPTION, KNOWN))).step == "analysis"


def test_what_was_learned_is_known_later() -> None:
    events = up_to("configuration")
    assert (here(events).known.address, here(events).ref) == ("/git/shop", here(up_to("repository")).ref)


def test_news_that_nobody_waits_for_leads_to_nothing() -> None:
    events = up_to("generation")
    waiting = given(process, *events)
    waiting.when(c.HearDone(ID, "provisioning", "generation", "another run")).then()
    waiting.when(c.HearDone(ID, "provisioning", "proof", here(events).ref)).then()
    waiting.when(c.HearFailed(ID, "provisioning", "generation", "another run", "no")).then()
    story().when(c.HearDone(ID, "provisioning", "proof", "r")).then()


def test_a_failure_says_why_what_is_left_and_what_to_do() -> None:
    events = up_to("push")
    failed = led_to(events, c.HearFailed(ID, "provisioning", "push", here(events).ref, "no line", "wait"))[-1]
    assert isinstance(failed, e.ProcessStepFailed)
    assert failed.reason == "no line"
    assert failed.next_action.startswith("wait; then retry")
    assert "/git/shop" in failed.left


def failed_at(step: Step) -> list[Event]:
    events = up_to(step)
    return led_to(events, c.HearFailed(ID, "provisioning", step, here(events).ref, "no"))


@pytest.mark.parametrize(("step", "again"), [("push", "push"), ("proof", "generation"), ("template", "template")])
def test_a_retry_goes_on_from_the_step_that_failed_or_from_what_it_rests_on(step: Step, again: Step) -> None:
    events = led_to(failed_at(step), c.RetryProcess(ID, "provisioning"))
    assert (here(events).step, here(events).attempt) == (again, 2)
    assert step == "push" or here(events).ref != here(up_to(again)).ref or again == "template"


def test_what_comes_late_is_taken_nevertheless() -> None:
    failed = failed_at("proof")
    late = c.HearDone(ID, "provisioning", "proof", here(failed).ref)
    assert here(led_to(failed, late)).step == "release"


def test_another_template_than_the_one_that_failed_is_taken() -> None:
    learned = Known(template="own", template_version="2")
    another = c.HearDone(ID, "provisioning", "template", "own", learned)
    assert process.decide(another, given(process, *up_to("template")).state) == ()
    events = led_to(failed_at("template"), another)
    assert (here(events).step, here(events).known.template) == ("generation", "own")


def test_only_what_has_failed_is_tried_again() -> None:
    given(process, *up_to("proof")).when(c.RetryProcess(ID, "provisioning")).then_refused(process.ProcessHasEnded)
    story().when(c.RetryProcess(ID, "provisioning")).then_refused(process.ProcessNotFound)


@pytest.mark.parametrize("step", FROM_DESCRIPTION)
def test_each_step_can_be_cancelled_and_takes_longer_with_a_reason(step: Step) -> None:
    events = up_to(step, steps=FROM_DESCRIPTION)
    later = datetime(2026, 5, 1, tzinfo=UTC)
    told = c.HearDelay(ID, "provisioning", step, here(events).ref, "no line", later)
    delayed = e.ProcessStepDelayed(ID, "provisioning", step, 1, "no line", later)
    given(process, *events).when(told).then(delayed)
    cancelled = led_to([*events, delayed], c.CancelProcess(ID, "provisioning", "enough"))[-1]
    assert isinstance(cancelled, e.ProcessCancelled)
    assert (cancelled.step, bool(cancelled.repository_id)) == (step, step in MADE)
    given(process, *events, cancelled).when(told).then()


def test_a_cancelled_process_names_what_is_to_be_ended_and_taken_back() -> None:
    events = up_to("proof")
    given(process, *events).when(c.CancelProcess(ID, "provisioning", "enough")).then(
        e.ProcessCancelled(ID, "provisioning", "proof", 1, "enough", here(events).ref, "")
    )
    events = up_to("push")
    repository = here(events).ref
    cancelled = e.ProcessCancelled(ID, "provisioning", "push", 1, "enough", "", repository)
    given(process, *events).when(c.CancelProcess(ID, "provisioning", "enough")).then(cancelled)
    undone = given(process, *events, cancelled)
    undone.when(c.CancelProcess(ID, "provisioning", "enough")).then()
    undone.when(c.HearDone(ID, "provisioning", "push", repository)).then()
    gone = e.ProcessUndone(ID, "provisioning", repository, kept=False, reason="", address="")
    undone.when(c.HearUndone(ID, "provisioning", repository, kept=False)).then(gone)
    given(process, *events, cancelled, gone).when(c.HearUndone(ID, "provisioning", repository, kept=False)).then()


def test_a_repository_that_is_being_made_is_taken_back_as_well() -> None:
    events = up_to("repository")
    cancelled = led_to(events, c.CancelProcess(ID, "provisioning", "enough"))[-1]
    assert isinstance(cancelled, e.ProcessCancelled)
    assert cancelled.repository_id == here(events).ref


def test_a_finished_process_cannot_be_cancelled() -> None:
    events = led_to(up_to("record"), c.HearDone(ID, "provisioning", "record", ID))
    given(process, *events).when(c.CancelProcess(ID, "provisioning", "x")).then_refused(process.ProcessHasEnded)
    story().when(c.CancelProcess(ID, "provisioning", "x")).then_refused(process.ProcessNotFound)


def test_a_change_during_an_update_leads_to_another_round() -> None:
    events = up_to("proof", kind="update", steps=UPDATE)
    newer = Known(name="newer")
    again = c.BeginProcess(ID, "update", UPDATE, newer)
    wanted = led_to(events, again)
    assert wanted[-1] == e.ProcessWantedAgain(ID, "update", newer)
    assert led_to(wanted, again) == wanted
    ended = led_to(wanted, c.HearFailed(ID, "update", "proof", here(wanted).ref, "no"))
    assert [type(each) for each in ended[-3:]] == [e.ProcessStepFailed, e.ProcessBegun, e.ProcessStepStarted]
    assert (here(ended).step, here(ended).known, here(ended).attempt) == ("generation", newer, 1)
    assert here(ended).ref != here(up_to("generation", kind="update", steps=UPDATE)).ref


def test_a_second_life_is_another_round() -> None:
    events = led_to(failed_at("push"), BEGIN)
    assert [type(each) for each in events[-2:]] == [e.ProcessBegun, e.ProcessStepStarted]
    assert (here(events).step, here(events).known) == ("template", KNOWN)
    assert story().when(BEGIN).then(BEGUN, here(up_to("template"))) is not None


@pytest.mark.parametrize(("kept", "address", "life"), [(False, "", 1), (True, "/git/shop", 2), (True, "", 2)])
def test_what_was_cancelled_begins_again_without_its_repository(kept: bool, address: str, life: int) -> None:
    """The name of a repository that was kept is taken: the next one has another."""
    events = led_to(up_to("configuration"), c.CancelProcess(ID, "provisioning", "enough"))
    repository = here(up_to("repository")).ref
    retry = c.RetryProcess(ID, "provisioning")
    given(process, *events).when(retry).then_refused(process.ProcessHasEnded)
    undone = led_to(events, c.HearUndone(ID, "provisioning", repository, kept, "others pushed to it", address))
    again = here(led_to(undone, retry))
    assert (again.step, again.attempt) == ("release", 1)
    assert (again.known.repository_id, again.known.address, again.known.life) == ("", "", life)
    assert again.known.name == KNOWN.name


def test_a_step_that_may_not_begin_is_held_until_it_is_let_in() -> None:
    events = up_to("proof", kind="update", steps=UPDATE)
    hold = c.HearHeld(ID, "update", "proof", here(events).ref, "no more today", None)
    held = led_to(events, hold)
    assert held[-1] == e.ProcessStepHeld(ID, "update", "proof", 1, here(events).ref, "no more today", None)
    assert led_to(held, hold) == held
    other = c.LetIn(ID, "update", "proof", "another")
    assert led_to(held, other) == held
    let_in = led_to(held, c.LetIn(ID, "update", "proof", here(held).ref))
    last = let_in[-1]
    assert isinstance(last, e.ProcessStepStarted)
    assert (last.step, last.attempt, last.let_in, last.before) == ("proof", 2, True, here(events).ref)
    cancelled = led_to(held, c.CancelProcess(ID, "update", "enough"))[-1]
    assert isinstance(cancelled, e.ProcessCancelled)
    assert cancelled.run_id == ""
