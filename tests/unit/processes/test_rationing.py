"""The proofs of updates and the quotas of identity: what waits for the next day, or for a higher tier."""

from pathlib import Path
from typing import cast

import pytest
from msgspec.structs import replace
from platform_ground import ACME, HandClock, origin
from process_desk import ID, TYPES, ProcessDesk
from stand_in_outside import World

from skafu.contexts.identity.application.quotas import StoredQuotas
from skafu.contexts.identity.domain.tiers import LIMITS
from skafu.contexts.project.application.revising import Draft, revise
from skafu.contexts.project.domain.run_events import RunFinished
from skafu.processes.course.events import ProcessStepStarted
from skafu.processes.course.process import Process
from skafu.processes.managing import HeldUp
from skafu.processes.rationing import LOOK_SECONDS
from skafu.storage import ANY, PlainCodec
from skafu.storage.adapters.memory import memory_storage
from skafu.storage.adapters.memory.blobs import MemoryBlobs

A_DAY = 1
WAITS = "the tier 'free' allows 1 proofs a day; 1 are used, 1 more were asked for (come again on 2026-01-02, or ask for"


@pytest.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ProcessDesk:
    """A provisioned project of an organisation that has used up its one proof of the day."""
    monkeypatch.setitem(cast("dict[str, int]", LIMITS["free"]), "proofs", A_DAY)
    clock = HandClock()
    storage = memory_storage(PlainCodec(TYPES), clock=clock)
    quotas = StoredQuotas(storage.documents, clock)
    desk = ProcessDesk(storage, MemoryBlobs(), World(tmp_path / "world"), clock, quotas)
    desk.tier = "free"
    await desk.create()
    await desk.ground.settle()
    return desk


async def update(desk: ProcessDesk) -> Process:
    return (await desk.process("update")).process


async def changed(desk: ProcessDesk, text: str = "two") -> None:
    """Save a revision, and let all be done that need not wait."""
    draft = Draft(ID, text, "ann", "why", "written", desk.ground.clock())
    await revise(desk.ground.ledger, desk.workshop, ACME, draft, origin=origin(7), key=f"save {text}")
    for _ in range(6):
        await desk.ground.look()


async def passes(desk: ProcessDesk, seconds: float) -> None:
    """Let time pass as a worker sees it: it looks every few minutes."""
    until = desk.ground.clock().timestamp() + seconds
    while desk.ground.clock().timestamp() < until:
        desk.ground.clock.pass_by(LOOK_SECONDS)
        await desk.ground.look()


async def test_an_update_waits_for_the_next_day_and_goes_on_then(desk: ProcessDesk) -> None:
    await changed(desk)
    waits = await update(desk)
    assert (waits.state, waits.step, waits.held) == ("running", "proof", True)
    assert waits.reason.startswith(WAITS)
    assert waits.again_at is not None
    assert f"{waits.again_at:%Y-%m-%d %H:%M}" == "2026-01-02 00:00"
    await passes(desk, 12 * 3600)
    assert ((await update(desk)).held, desk.prover.proven) == (True, 1)
    await passes(desk, 12 * 3600 + LOOK_SECONDS)
    await desk.ground.settle()
    done = await update(desk)
    assert (done.state, done.round, done.reason, desk.prover.proven) == ("finished", 1, "", 2)
    names = await desk.names(f"update-{ID}")
    assert (names.count("ProcessStepHeld"), names.count("ProcessStepFailed")) == (1, 0)
    assert (await desk.names(f"project-{ID}")).count("ProofRequested") == 2


async def test_an_update_goes_on_soon_after_the_tier_is_raised(desk: ProcessDesk) -> None:
    await changed(desk)
    desk.tier = "team"
    await passes(desk, LOOK_SECONDS)
    await desk.ground.settle()
    assert ((await update(desk)).state, desk.prover.proven) == ("finished", 2)


async def test_an_update_that_has_no_room_for_files_waits_until_there_is_some(desk: ProcessDesk) -> None:
    desk.ground.clock.pass_by(24 * 3600)
    size = LIMITS["free"]["storage"] or 0
    kept = RunFinished("r", "p", "prove", 1, "proven", "tree", 3, "record", "report", (), 3, 0, seconds=1.0, size=size)
    await desk.ground.storage.events.append(ACME, "run-r", [kept], expected=ANY, origin=origin(4))
    await desk.ground.follow()
    await changed(desk)
    waits = await update(desk)
    assert (waits.held, waits.again_at) == (True, None)
    assert "storage" in waits.reason
    desk.tier = "enterprise"
    await desk.ground.settle()
    assert (await update(desk)).state == "finished"


async def test_what_waits_uses_up_the_proofs_of_the_next_day(desk: ProcessDesk) -> None:
    await changed(desk)
    desk.ground.clock.pass_by(24 * 3600)
    for _ in range(6):
        await desk.ground.look()
    assert ((await update(desk)).state, desk.prover.proven) == ("finished", 2)
    await changed(desk, "three")
    assert ((await update(desk)).held, desk.prover.proven) == (True, 2)


async def test_a_proof_that_was_asked_for_is_not_held_by_itself(desk: ProcessDesk) -> None:
    """A manager that was killed handles the same step again: its own proof is among those that are used."""
    desk.ground.clock.pass_by(24 * 3600)
    await changed(desk)
    assert (await update(desk)).state == "finished"
    started = next(
        each
        for each in await desk.ground.events(f"update-{ID}")
        if isinstance(each, ProcessStepStarted) and each.step == "proof"
    )
    await desk.gate(ACME, started)
    with pytest.raises(HeldUp, match="1 proofs a day") as held:
        await desk.gate(ACME, replace(started, ref="another"))
    assert held.value.seconds is not None
    await desk.gate(ACME, replace(started, ref="another", kind="provisioning"))
