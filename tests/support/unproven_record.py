"""Proofs whose records the real prover writes, of projects that it does not find proven."""

import pytest
from fake_makers import QuickProver

from skafu.contexts.project.adapters.prover import ProcessProver
from skafu.contexts.project.ports import Hear, MadeProof
from skafu.scaffold import File
from skafu.scaffold.merging.archive import packed, unpacked

WRONG = File(b"skafu: 1\nname: Todo\n")


def finds_nothing_proven(prover: QuickProver, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have it prove with a wrong blueprint, as far as the model: that is soon over."""
    real = ProcessProver(level="model")

    async def prove(archive: bytes, hear: Hear) -> MadeProof:
        return await real.prove(packed({**unpacked(archive), "skafu.yaml": WRONG}), hear)

    monkeypatch.setattr(prover, "prove", prove)
    monkeypatch.setattr(prover, "taken_over", real.taken_over)
