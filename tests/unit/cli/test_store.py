"""`skafu store`: operators look after a store in a folder."""

import asyncio
import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from command_line import CommandLine
from storage_samples import ACME, ORIGIN, codec, counted

from skafu.entrypoints.cli.store.command import COMMANDS
from skafu.storage import ANY
from skafu.storage.adapters.sqlite import sqlite_storage
from skafu.storage.adapters.sqlite.subject_keys import sqlite_subject_keys
from skafu.storage.erasure import Subject
from skafu.storage.projections import Builds, ParkingLot
from skafu.store_bootstrap import KEYS_FILE, STORE_FILE

AT = datetime(2026, 1, 2, tzinfo=UTC)
ADA = Subject(ACME, "u-ada")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store with three events, a projection, a parked event and the key of a person."""
    asyncio.run(_filled(tmp_path))
    return tmp_path


async def _filled(folder: Path) -> None:
    async with sqlite_storage(folder / STORE_FILE, codec()) as storage:
        await storage.events.append(ACME, "s", counted(1, 2, 3), expected=ANY, origin=ORIGIN)
        (event, *_) = await storage.events.read_stream(ACME, "s")
        await ParkingLot(storage.documents, lambda: AT).park("sums", 0, event, ValueError("no"), 4)
        builds = Builds(storage.documents)
        build, revision = await builds.read("sums")
        await builds.write(build, revision)
    async with sqlite_subject_keys(folder / KEYS_FILE) as keys:
        await keys.sealing([ADA])


async def _key(folder: Path) -> bytes | None:
    async with sqlite_subject_keys(folder / KEYS_FILE) as keys:
        return (await keys.opening([ADA])).get(ADA)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(skafu: CommandLine, name: str) -> None:
    shown = skafu("store", name, "--help")
    assert shown.code == 0
    assert f"Usage: skafu store {name}" in shown.output


def test_the_state_in_words_and_in_json(skafu: CommandLine, folder: Path) -> None:
    said = skafu("store", "status", "--data", folder)
    assert said.code == 0
    assert "3 events in 1 streams of 1 tenants" in said.output
    assert "1 events are parked" in said.output
    found = json.loads(skafu("store", "status", "--data", folder, "--json").output)
    assert (found["census"]["events"], found["parked"]) == (3, 1)


def test_a_whole_store_verifies_and_a_broken_one_does_not(skafu: CommandLine, folder: Path) -> None:
    assert skafu("store", "verify", "--data", folder).code == 0
    with sqlite3.connect(folder / STORE_FILE) as connection:
        connection.execute("DELETE FROM events WHERE version = 2")
    connection.close()
    ended = skafu("store", "verify", "--data", folder, "--json")
    assert ended.code == 1
    assert "has 2 events" in json.loads(ended.output)["faults"][0]


def test_a_parked_event_is_decided_on_record(skafu: CommandLine, folder: Path) -> None:
    (case,) = json.loads(skafu("store", "parked", "list", "--data", folder, "--json").output)
    place = ("--data", folder, "--by", "ann")
    assert "waiting" in skafu("store", "parked", "list", "--data", folder).output
    assert ": retry" in skafu("store", "parked", "retry", case["key"], *place).output
    assert skafu("store", "parked", "skip", case["key"], *place).code == 2
    skipped = skafu("store", "parked", "skip", case["key"], *place, "--because", "a test", "--json")
    decided = json.loads(skipped.output)
    assert (decided["decision"], decided["decided_by"], decided["reason"]) == ("skip", "ann", "a test")
    unknown = skafu("store", "parked", "retry", "nothing", *place)
    assert (unknown.code, "fix: list the parked events" in unknown.errors) == (2, True)


def test_a_rebuild_is_begun_once(skafu: CommandLine, folder: Path) -> None:
    assert "build 2" in skafu("store", "rebuild", "sums", "--data", folder).output
    assert skafu("store", "rebuild", "sums", "--data", folder).code == 1
    assert skafu("store", "rebuild", "others", "--data", folder, "--json").code == 2


def test_a_backup_comes_back_and_who_was_erased_stays_erased(skafu: CommandLine, folder: Path) -> None:
    copies = folder / "copies"
    copies.mkdir()
    assert skafu("store", "backup", copies / "events.db", "--data", folder).code == 0
    assert skafu("store", "backup", copies / "keys.db", "--data", folder, "--keys", "--json").code == 0
    assert skafu("store", "backup", copies / "keys.db", "--data", folder, "--keys").code == 1
    assert asyncio.run(_key(folder)) is not None
    skafu("store", "erase", ADA.tenant, ADA.id, "--by", "ann", "--yes", "--data", folder)
    assert skafu("store", "restore", copies / "events.db", "--data", folder).code == 1
    wrong = skafu("store", "restore", copies / "keys.db", "--data", folder, "--replace")
    assert (wrong.code, "not a whole backup" in wrong.errors) == (2, True)
    done = skafu("store", "restore", copies / "keys.db", "--data", folder, "--keys", "--replace", "--json")
    assert (done.code, json.loads(done.output)["erased"]) == (0, 1)
    assert asyncio.run(_key(folder)) is None
    (folder / STORE_FILE).unlink()
    assert skafu("store", "restore", copies / "events.db", "--data", folder).code == 0
    assert "3 events" in skafu("store", "verify", "--data", folder).output


def test_a_person_is_erased_on_record(skafu: CommandLine, folder: Path) -> None:
    words = ("store", "erase", ADA.tenant, ADA.id, "--by", "ann", "--data", folder)
    assert skafu(*words, stdin=b"n\n").code != 0
    assert asyncio.run(_key(folder)) is not None
    said = skafu(*words, "--yes", "--rebuild", "sums", "--rebuild", "others").output
    assert said.splitlines() == [
        "u-ada of acme is erased",
        "  sums is being built anew",
        "  others was never followed: it holds nothing",
    ]
    assert asyncio.run(_key(folder)) is None
    again = json.loads(skafu(*words, "--yes", "--rebuild", "sums", "--json").output)
    assert (again["again"], again["erasure"]["by"]) == (["sums"], "ann")
    reapplied = json.loads(skafu("store", "reapply", "--data", folder, "--json").output)
    assert reapplied == {"erased": 1, "rebuilding": [], "again": ["sums"]}
    assert "rebuild it once more" in skafu("store", "reapply", "--data", folder).output


def test_events_leave_and_come_back_as_lines(skafu: CommandLine, folder: Path) -> None:
    file, other = folder / "events.jsonl", folder / "other"
    exported = skafu("store", "export", file, "--data", folder, "--json")
    assert (exported.output, json.loads(exported.errors)["events"]) == ("", 3)
    assert skafu("store", "export", file, "--data", folder).code == 2
    assert "3 written" in skafu("store", "import", file, "--data", other).output
    again = skafu("store", "import", "-", "--data", other, "--json", stdin=file.read_bytes())
    assert json.loads(again.output) == {"read": 3, "written": 0}
    assert skafu("store", "export", "-", "--data", other).output == file.read_text()
    assert skafu("store", "import", "-", "--data", other, stdin=b"{").code == 2


@pytest.mark.parametrize("name", ["status", "verify", "export"])
def test_where_there_is_no_store_nothing_is_made(skafu: CommandLine, tmp_path: Path, name: str) -> None:
    words = ["store", name, *(["-"] if name == "export" else [])]
    ended = skafu(*words, "--data", tmp_path / "none")
    assert (ended.code, "there is no store in" in ended.errors) == (2, True)
    assert not (tmp_path / "none").exists()
    assert "give --data DIR" in skafu(*words).errors


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("backup", "x.dump"), "pg_dump --format=custom --exclude-schema=skafu_keys"),
        (("backup", "x.dump", "--keys"), "--schema=skafu_keys"),
        (("restore", "x.dump"), "pg_restore"),
    ],
)
def test_postgresql_is_backed_up_by_its_own_tools(skafu: CommandLine, words: tuple[str, ...], said: str) -> None:
    ended = skafu("store", *words, "--database-url", "postgresql://nowhere")
    assert (ended.code, said in ended.errors) == (1, True)
