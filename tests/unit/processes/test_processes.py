"""Provisioning and update from begin to end, with quick stand-ins for what is outside."""

import asyncio
from pathlib import Path

import pytest
from platform_ground import ACME, HandClock, origin
from process_desk import ID, TYPES, ProcessDesk
from stand_in_outside import World

from skafu.contexts.project.application.queries import project_of
from skafu.contexts.project.application.revising import Draft, revise
from skafu.contexts.project.domain import commands as c
from skafu.contexts.project.domain import events as e
from skafu.kernel.errors import Refused, Unavailable
from skafu.processes.course.commands import CancelProcess, RetryProcess
from skafu.processes.course.events import ProcessStepStarted, ProcessUndone
from skafu.processes.course.process import ProcessHasEnded
from skafu.processes.course.words import FROM_DESCRIPTION, Step
from skafu.processes.listing import PROCESSES
from skafu.processes.rationing import LOOK_SECONDS, PATIENCE
from skafu.storage import PlainCodec
from skafu.storage.adapters.memory import memory_storage
from skafu.storage.adapters.memory.blobs import MemoryBlobs
from skafu.web_api.principal import Principal
from skafu.web_api.quotas import Measure, QuotaExceeded


@pytest.fixture
def desk(tmp_path: Path) -> ProcessDesk:
    clock = HandClock()
    storage = memory_storage(PlainCodec(TYPES), clock=clock)
    return ProcessDesk(storage, MemoryBlobs(), World(tmp_path / "world"), clock)


async def provisioned(desk: ProcessDesk) -> None:
    await desk.create()
    await desk.ground.settle()


async def save(desk: ProcessDesk, text: str) -> None:
    draft = Draft(ID, text, "ann", "why", "written", desk.ground.clock())
    await revise(desk.ground.ledger, desk.workshop, ACME, draft, origin=origin(7), key=f"save {text}")


async def row(desk: ProcessDesk, kind: str = "provisioning") -> dict[str, object]:
    key = f"{kind} {ID}"
    return (await desk.ground.storage.documents.get(ACME, PROCESSES, [key]))[key].body


async def test_a_description_becomes_a_configured_project(desk: ProcessDesk) -> None:
    await provisioned(desk)
    view = await desk.process()
    assert view.process.state == "finished"
    assert [(each.step, each.state, each.attempt) for each in view.steps] == [
        (step, "done", 1) for step in FROM_DESCRIPTION
    ]
    project = (await project_of(desk.ground.ledger, ACME, ID)).project
    assert (project.configured, project.standing, project.revisions[0].source) == (True, "proven", "planned")
    assert project.publication is not None
    assert (project.publication.address, project.publication.commit) == ("/git/shop", "c0ffee")
    assert len(desk.world.effects) == 5
    assert (await row(desk))["state"] == "finished"


async def test_a_project_that_wants_nothing_is_left_alone(desk: ProcessDesk) -> None:
    await desk.create(provision=False)
    await desk.ground.settle()
    assert await desk.names(f"provisioning-{ID}") == []


async def test_all_of_it_follows_from_one_request(desk: ProcessDesk) -> None:
    await provisioned(desk)
    recorded = await desk.ground.storage.events.read_stream(ACME, f"project-{ID}")
    assert len({each.correlation_id for each in recorded}) == 1
    assert recorded[-1].actor.id == "processes.provisioning"


WITH_WORK = [each for each in FROM_DESCRIPTION if each not in {"template", "release", "record"}]
"""The other steps are done as soon as they begin."""


@pytest.mark.parametrize("step", WITH_WORK)
async def test_it_can_be_cancelled_at_each_step_and_leaves_no_repository(desk: ProcessDesk, step: Step) -> None:
    await desk.create()
    for _ in range(50):
        await desk.ground.worker.catch_up()
        started = await desk.names(f"provisioning-{ID}")
        if started and (await desk.process()).process.step == step:
            break
        await desk.ground.runner.look()
        await desk.ground.runner.settle()
    await desk.ground.send(CancelProcess(ID, "provisioning", "enough"), number=5)
    await desk.ground.settle()
    process = (await desk.process()).process
    assert (process.state, process.step, process.reason, process.undoing) == ("cancelled", step, "enough", "")
    assert [each for each in desk.world.effects if each.startswith("repository ")] == []
    assert (await row(desk))["state"] == "cancelled"
    await desk.ground.send(RetryProcess(ID, "provisioning"), number=6)
    await desk.ground.settle()
    assert ((await desk.process()).process.state, (await desk.process()).process.round) == ("finished", 2)
    assert len([each for each in desk.world.effects if each.startswith("repository ")]) == 1
    assert desk.prover.proven == 1


async def test_what_fails_for_a_while_is_tried_again_by_itself(desk: ProcessDesk) -> None:
    desk.world.troubles = {"push": [Unavailable("no line"), Unavailable("no line")]}
    await provisioned(desk)
    assert (await desk.process()).process.state == "finished"


async def test_what_takes_longer_says_why_and_when_it_is_tried_again(desk: ProcessDesk) -> None:
    desk.workshop.troubles = [Unavailable("no room", fix="make some")]
    await desk.create()
    await desk.ground.settle(until=lambda: not desk.workshop.troubles)
    process = (await desk.process()).process
    assert (process.state, process.step, process.reason) == ("running", "generation", "no room (make some)")
    assert "by itself" in process.next_action
    assert process.again_at is not None
    assert process.again_at > desk.ground.clock()
    assert ((await row(desk))["state"], (await row(desk))["reason"]) == ("running", process.reason)
    await desk.ground.settle()
    process = (await desk.process()).process
    assert (process.state, process.reason, process.next_action, process.again_at) == ("finished", "", "", None)
    assert ((await row(desk))["reason"], (await row(desk))["next_action"]) == ("", "")


async def test_a_failed_step_says_why_and_goes_on_when_asked(desk: ProcessDesk) -> None:
    desk.world.troubles = {"push": [Refused("the host says no")]}
    await provisioned(desk)
    process = (await desk.process()).process
    assert (process.state, process.step, process.reason) == ("failed", "push", "the host says no")
    assert "retry" in process.next_action
    assert "/git/shop" in process.left
    assert (await row(desk))["left"] == process.left
    await desk.ground.send(RetryProcess(ID, "provisioning"), number=2)
    await desk.ground.settle()
    assert (await desk.process()).process.state == "finished"
    assert desk.prover.proven == 1


class Rationed:
    """One proof is left."""

    def __init__(self) -> None:
        self.left = 1
        self.asked: list[Measure] = []

    async def check(self, principal: Principal, measure: Measure, more: int = 1, /) -> None:
        assert (principal.org_id, principal.tier) == (ACME, "enterprise")
        self.asked.append(measure)
        if measure == "proofs" and self.left < more:
            raise QuotaExceeded("no proofs are left today", fix="come again tomorrow", retry_after=7200)
        self.left -= more if measure == "proofs" else 0


WHY = "no proofs are left today (come again tomorrow)"


@pytest.fixture
async def rationed(tmp_path: Path) -> tuple[ProcessDesk, Rationed]:
    """A project whose first update has used up the last proof, and whose second one is held."""
    clock, quotas = HandClock(), Rationed()
    storage = memory_storage(PlainCodec(TYPES), clock=clock)
    desk = ProcessDesk(storage, MemoryBlobs(), World(tmp_path / "world"), clock, quotas)
    await provisioned(desk)
    assert quotas.asked == []
    await save(desk, "two")
    await desk.ground.settle()
    await save(desk, "three")
    await desk.ground.settle(until=lambda: quotas.asked[-1] == "proofs" and len(quotas.asked) > 2)
    return desk, quotas


async def test_an_update_waits_for_a_proof_and_goes_on_by_itself(rationed: tuple[ProcessDesk, Rationed]) -> None:
    desk, quotas = rationed
    update = (await desk.process("update")).process
    assert (desk.prover.proven, quotas.left) == (2, 0)
    assert (update.state, update.step, update.reason, update.held) == ("running", "proof", WHY, True)
    assert update.next_action.startswith("nothing: it goes on by itself")
    assert update.again_at is not None
    assert ((await row(desk, "update"))["state"], (await row(desk, "update"))["reason"]) == ("running", WHY)
    for _ in range(500):  # more than a day, looking every five minutes: no deadline strikes, and nothing is recorded
        await desk.ground.settle(until=lambda: True)
        desk.ground.clock.pass_by(LOOK_SECONDS)
    assert (await desk.names(f"update-{ID}")).count("ProcessStepHeld") == 1
    quotas.left = 1
    await desk.ground.settle()
    update = (await desk.process("update")).process
    assert (update.state, update.reason, update.again_at, update.held) == ("finished", "", None, False)
    assert (desk.prover.proven, quotas.left) == (3, 0)
    assert update.attempts["proof"] == 2


async def test_a_change_of_what_waits_for_a_proof_takes_its_place(rationed: tuple[ProcessDesk, Rationed]) -> None:
    desk, quotas = rationed
    await save(desk, "four")
    await desk.ground.settle(until=lambda: len(quotas.asked) > 6)
    assert (await desk.process("update")).process.held
    quotas.left = 5
    await desk.ground.settle()
    assert ((await desk.process("update")).process.state, desk.prover.proven) == ("finished", 3)
    project = (await project_of(desk.ground.ledger, ACME, ID)).project
    assert project.publication is not None
    assert project.publication.revision == 4


async def test_what_waits_for_a_proof_can_be_cancelled(rationed: tuple[ProcessDesk, Rationed]) -> None:
    desk, quotas = rationed
    await desk.ground.send(CancelProcess(ID, "update", "enough"), number=8)
    quotas.left = 5
    await desk.ground.settle()
    update = (await desk.process("update")).process
    assert (update.state, update.reason, desk.prover.proven, quotas.left) == ("cancelled", "enough", 2, 5)
    await save(desk, "four")
    await desk.ground.settle()
    assert ((await desk.process("update")).process.state, desk.prover.proven) == ("finished", 3)


async def test_nobody_waits_for_a_proof_for_ever(rationed: tuple[ProcessDesk, Rationed]) -> None:
    desk, _ = rationed
    desk.ground.clock.pass_by(PATIENCE)
    await desk.ground.settle()
    update = (await desk.process("update")).process
    assert (update.state, update.step, update.reason, update.held) == ("failed", "proof", WHY, False)
    assert "retry" in update.next_action


async def test_what_a_context_refuses_is_a_failed_step_with_its_words(desk: ProcessDesk) -> None:
    await desk.create()
    await desk.ground.follow()
    await desk.ground.send(c.ArchiveProject(ID))
    await desk.ground.settle()
    process = (await desk.process()).process
    assert (process.state, process.step) == ("failed", "blueprint")
    await desk.ground.send(c.RestoreProject(ID))
    await desk.ground.send(RetryProcess(ID, "provisioning"))
    await desk.ground.settle()
    assert (await desk.process()).process.state == "finished"


async def test_a_failed_proof_can_be_taken_over_and_the_process_goes_on(desk: ProcessDesk) -> None:
    desk.prover.failed = [("static.ruff",)]
    await provisioned(desk)
    assert (await desk.process()).process.step == "proof"
    await desk.ground.send(c.OverrideProof(ID, "ann", "Ann", "a known gap"))
    await desk.ground.settle()
    assert (await desk.process()).process.state == "finished"


async def test_a_failed_proof_is_tried_again_with_a_better_blueprint(desk: ProcessDesk) -> None:
    desk.prover.failed = [("static.ruff",)]
    await provisioned(desk)
    await save(desk, "better")
    await desk.ground.send(RetryProcess(ID, "provisioning"))
    await desk.ground.settle()
    project = (await project_of(desk.ground.ledger, ACME, ID)).project
    assert project.publication is not None
    assert project.publication.revision == 2


async def test_a_step_that_is_never_heard_of_is_given_up(desk: ProcessDesk) -> None:
    desk.prover.hold = asyncio.Event()
    await desk.create()
    while (await desk.ground.events(f"provisioning-{ID}")) == [] or (await desk.process()).process.step != "proof":
        await desk.ground.follow()
        await desk.ground.runner.look()
        await asyncio.sleep(0)
    for _ in range(3):
        await desk.ground.look_without_waiting()
    desk.ground.clock.pass_by(25 * 3600)
    await desk.ground.look_without_waiting()
    process = (await desk.process()).process
    assert (process.state, process.reason) == ("failed", "nothing was heard of this step for 1440 minutes")
    desk.prover.hold.set()
    await desk.ground.settle()
    assert (await desk.process()).process.state == "finished"


async def test_a_cancelled_process_ends_its_run(desk: ProcessDesk) -> None:
    desk.prover.hold = asyncio.Event()
    await desk.create()
    while not desk.prover.begun.is_set():
        await desk.ground.look_without_waiting()
    await desk.ground.send(CancelProcess(ID, "provisioning", "enough"))
    await desk.ground.settle()
    assert (await desk.process()).process.state == "cancelled"
    assert desk.prover.proven == 0
    last = (await desk.project())[-1]
    assert isinstance(last, e.ProjectNotProven)
    assert last.cancelled


async def test_a_repository_of_a_process_that_failed_is_taken_back_when_it_is_cancelled(desk: ProcessDesk) -> None:
    desk.world.troubles = {"configuration": [Refused("no")]}
    await provisioned(desk)
    assert any(each.startswith("repository") for each in desk.world.effects)
    await desk.ground.send(CancelProcess(ID, "provisioning", "enough"))
    await desk.ground.settle()
    assert not any(each.startswith("repository") for each in desk.world.effects)
    assert isinstance((await desk.ground.events(f"provisioning-{ID}"))[-1], ProcessUndone)


async def test_what_was_cancelled_begins_again_once_its_repository_is_taken_back(desk: ProcessDesk) -> None:
    desk.world.troubles = {"configuration": [Refused("no")]}
    await provisioned(desk)
    await desk.ground.send(CancelProcess(ID, "provisioning", "enough"))
    with pytest.raises(ProcessHasEnded, match="taken back still"):
        await desk.ground.send(RetryProcess(ID, "provisioning"))
    await desk.ground.settle()
    assert "begins again" in (await desk.process()).process.next_action
    assert (await row(desk))["next_action"] == (await desk.process()).process.next_action
    await desk.ground.send(RetryProcess(ID, "provisioning"), number=2)
    await desk.ground.settle()
    process = (await desk.process()).process
    assert (process.state, process.round, process.left, desk.prover.proven) == ("finished", 2, "", 1)
    assert len([each for each in desk.world.effects if each.startswith("repository ")]) == 1
    project = (await project_of(desk.ground.ledger, ACME, ID)).project
    assert project.configured


async def test_an_update_that_was_cancelled_begins_again(desk: ProcessDesk) -> None:
    await provisioned(desk)
    desk.world.troubles = {"proposal": [Refused("no")]}
    await save(desk, "two")
    await desk.ground.settle()
    await desk.ground.send(CancelProcess(ID, "update", "enough"), number=3)
    await desk.ground.send(RetryProcess(ID, "update"), number=4)
    await desk.ground.settle()
    update = (await desk.process("update")).process
    assert (update.state, update.round, update.known.pull_request) == ("finished", 2, "/git/shop/1")


async def test_a_deleted_project_cancels_its_process(desk: ProcessDesk) -> None:
    desk.world.troubles = {"configuration": [Refused("no")]}
    await provisioned(desk)
    await desk.ground.send(c.DeleteProject(ID))
    await desk.ground.settle()
    assert (await desk.process()).process.reason == "the project was deleted"
    assert not any(each.startswith("repository") for each in desk.world.effects)


async def test_a_changed_blueprint_leads_to_a_pull_request_with_the_proof(desk: ProcessDesk) -> None:
    await provisioned(desk)
    await save(desk, "changed")
    await desk.ground.settle()
    view = await desk.process("update")
    assert (view.process.state, view.process.round) == ("finished", 1)
    project = (await project_of(desk.ground.ledger, ACME, ID)).project
    assert project.publication is not None
    assert (project.publication.pull_request, project.publication.revision) == ("/git/shop/1", 2)
    asked = next(each for each in await desk.ground.events(f"errand-{_proposal(await _steps(desk, 'update'))}"))
    assert getattr(asked, "text", "") == "# Proof\n"


async def test_a_blueprint_with_errors_is_no_reason_for_an_update(desk: ProcessDesk) -> None:
    await provisioned(desk)
    await save(desk, "WRONG")
    await desk.ground.settle()
    assert await desk.names(f"update-{ID}") == []


async def test_changes_during_an_update_are_taken_together(desk: ProcessDesk) -> None:
    await provisioned(desk)
    await save(desk, "one")
    await desk.ground.follow()
    await save(desk, "two")
    await save(desk, "three")
    await desk.ground.settle()
    view = await desk.process("update")
    assert (view.process.state, view.process.round) == ("finished", 2)
    project = (await project_of(desk.ground.ledger, ACME, ID)).project
    assert project.publication is not None
    assert project.publication.revision == 4
    assert project.revisions[0].blob != project.revisions[3].blob


async def _steps(desk: ProcessDesk, kind: str) -> list[ProcessStepStarted]:
    return [each for each in await desk.ground.events(f"{kind}-{ID}") if isinstance(each, ProcessStepStarted)]


def _proposal(steps: list[ProcessStepStarted]) -> str:
    return next(each.ref for each in steps if each.step == "proposal")
