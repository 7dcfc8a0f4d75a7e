"""What runs answer to commands."""

from decider_scenarios import Given, given

from skafu.contexts.project.domain import commands as c
from skafu.contexts.project.domain import errors, run
from skafu.contexts.project.domain import run_events as e
from skafu.kernel.events import Event

HEAD = ("r-1", "p-1", "prove", 2)
REQUESTED = e.RunRequested("r-1", "p-1", "prove", 2)
STARTED = e.RunStarted("r-1", "p-1", "prove", 2, 1)
CANCELLED = e.RunCancelled("r-1", "p-1", "prove", 2, "enough")
CANCEL = c.CancelRun("r-1", "p-1", "prove", 2, "enough")
RESULT = e.RunFinished("r-1", "p-1", "prove", 2, "proven", "t", 3, "rec", "rep", (), 30, 8, 1.5)
RUFF, DONE = e.RunStep("static.ruff", "started"), e.RunStep("static.ruff", "passed", 0.1, "no findings")


def story(*events: Event) -> Given[c.RunCommand, run.State, Event]:
    return given(run, *events)


def test_a_run_waits_starts_and_ends() -> None:
    story().when(c.OpenRun("r-1", "p-1", "prove", 2)).then(REQUESTED)
    story(REQUESTED).when(c.OpenRun("r-1", "p-1", "prove", 2)).then()
    story(REQUESTED).when(c.StartRun("r-1", 1)).then(STARTED)
    story(REQUESTED, STARTED).when(c.StartRun("r-1", 1)).then()
    state = story(REQUESTED, STARTED).when(c.FinishRun("r-1", RESULT)).then(RESULT)
    assert isinstance(state, run.Run)
    assert (state.state, state.result) == ("finished", RESULT)


def test_a_step_is_known_by_its_newest_state() -> None:
    first = e.RunProgressed("r-1", "p-1", "prove", 2, (RUFF, e.RunStep("static.mypy", "started")))
    state = (
        story(REQUESTED, STARTED, first)
        .when(c.ProgressRun("r-1", 1, (DONE,)))
        .then(e.RunProgressed("r-1", "p-1", "prove", 2, (DONE,)))
    )
    assert isinstance(state, run.Run)
    assert state.steps == (DONE, e.RunStep("static.mypy", "started"))


def test_a_new_attempt_starts_over_and_steps_of_the_one_before_are_passed_over() -> None:
    first = e.RunProgressed("r-1", "p-1", "prove", 2, (DONE,))
    second = e.RunStarted("r-1", "p-1", "prove", 2, 2)
    state = story(REQUESTED, STARTED, first).when(c.StartRun("r-1", 2)).then(second)
    assert isinstance(state, run.Run)
    assert state.steps == ()
    story(REQUESTED, STARTED, second).when(c.ProgressRun("r-1", 1, (DONE,))).then()


def test_cancelled_or_finished_whoever_comes_first() -> None:
    story(REQUESTED, STARTED).when(CANCEL).then(CANCELLED)
    story(REQUESTED, STARTED, CANCELLED).when(c.FinishRun("r-1", RESULT)).then()
    story(REQUESTED, STARTED, CANCELLED).when(CANCEL).then()
    story(REQUESTED, STARTED, RESULT).when(CANCEL).then_refused(errors.RunHasEnded, "finished")
    story(REQUESTED, STARTED, RESULT).when(c.FailRun("r-1", "late", "")).then()


def test_a_run_that_was_cancelled_before_it_was_opened_never_begins() -> None:
    story().when(CANCEL).then(CANCELLED)
    story(CANCELLED).when(c.OpenRun("r-1", "p-1", "prove", 2)).then()
    story(CANCELLED).when(c.StartRun("r-1", 1)).then()


def test_a_run_that_broke_off_says_why() -> None:
    failed = e.RunFailed("r-1", "p-1", "prove", 2, "no Node.js", "install it")
    state = story(REQUESTED, STARTED).when(c.FailRun("r-1", "no Node.js", "install it")).then(failed)
    assert isinstance(state, run.Run)
    assert (state.open, state.reason, state.fix) == (False, "no Node.js", "install it")


def test_there_is_nothing_to_start_where_no_run_is() -> None:
    story().when(c.StartRun("r-1", 1)).then_refused(errors.RunNotFound)
