"""What every memory of answers does, and that of the store does as well."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from skafu.contexts.ai.adapters.kept_answers import KeptAnswers
from skafu.contexts.ai.adapters.memory import MemoryAnswers
from skafu.contexts.ai.ports import AgentAnswer, Answers
from skafu.kernel.event_types import EventTypes
from skafu.kernel.identity import TenantId
from skafu.storage import PlainCodec
from skafu.storage.adapters.folder.blobs import FolderBlobs
from skafu.storage.adapters.sqlite import sqlite_storage

ACME, OTHER = TenantId("acme"), TenantId("other")
ANSWER = AgentAnswer("name: shop", ("Which?",), 12)


@pytest.fixture(params=["memory", "store"])
async def answers(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Answers]:
    if request.param == "memory":
        yield MemoryAnswers()
        return
    async with sqlite_storage(tmp_path / "store.db", PlainCodec(EventTypes())) as storage:
        yield KeptAnswers(storage.documents, FolderBlobs(tmp_path / "blobs"))


async def test_an_answer_is_found_by_its_question(answers: Answers) -> None:
    assert await answers.find(ACME, "q") is None
    await answers.keep(ACME, "q", ANSWER)
    assert await answers.find(ACME, "q") == ANSWER
    assert await answers.find(ACME, "another") is None


async def test_another_organisation_has_no_answer(answers: Answers) -> None:
    await answers.keep(ACME, "q", ANSWER)
    assert await answers.find(OTHER, "q") is None


async def test_a_newer_answer_takes_the_place_of_the_older(answers: Answers) -> None:
    await answers.keep(ACME, "q", ANSWER)
    newer = AgentAnswer("name: store")
    await answers.keep(ACME, "q", newer)
    assert await answers.find(ACME, "q") == newer


async def test_an_answer_whose_content_is_gone_is_none(tmp_path: Path) -> None:
    async with sqlite_storage(tmp_path / "store.db", PlainCodec(EventTypes())) as storage:
        await KeptAnswers(storage.documents, FolderBlobs(tmp_path / "blobs")).keep(ACME, "q", ANSWER)
        assert await KeptAnswers(storage.documents, FolderBlobs(tmp_path / "others")).find(ACME, "q") is None
