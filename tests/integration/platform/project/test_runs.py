"""Generations and proofs over HTTP, and the files and records that they leave."""

import asyncio
import io
import zipfile

from platform_under_test import Running
from project_calls import begun, generated, proven, shown
from quick_project_part import QuickProjects


async def test_a_generation_is_a_run_and_leaves_files(running: Running) -> None:
    place = await begun(running.visitor(), blueprint="one")
    asked = await running.visitor().post(f"{place}/generate", {})
    assert (asked.status_code, asked.json()["data"]["state"]) == (202, "queued")
    run_at = asked.headers["location"].removeprefix("/api/v1")
    assert (await shown(running.visitor(), run_at))["state"] == "queued"
    assert (await shown(running.visitor(), place))["generating"] == asked.json()["data"]["id"]
    await running.settle()
    run = await shown(running.visitor("viewer"), run_at)
    assert (run["state"], run["verdict"]) == ("finished", "generated")
    tree = await shown(running.visitor(), f"{place}/tree")
    assert [(each["path"], each["size"]) for each in tree["files"]] == [("README.md", 6), ("skafu.yaml", 3)]
    file = await running.visitor().get(f"{place}/file", params={"path": "skafu.yaml"})
    assert (file.text, file.headers["content-type"]) == ("one", "text/plain; charset=utf-8")
    archive = await running.visitor().get(f"{place}/archive")
    assert archive.headers["content-disposition"] == 'attachment; filename="shop-1.zip"'
    assert zipfile.ZipFile(io.BytesIO(archive.content)).read("skafu.yaml") == b"one"
    for missing in ("../skafu.yaml", "no.txt", "/etc/passwd"):
        assert (await running.visitor().get(f"{place}/file", params={"path": missing})).status_code == 404


async def test_the_files_of_two_revisions_are_compared(running: Running) -> None:
    place = await begun(running.visitor(), blueprint="one")
    await generated(running, place)
    await running.visitor().post(f"{place}/revisions", {"blueprint": "two"})
    assert (await running.visitor().get(f"{place}/tree?revision=2")).status_code == 422
    await generated(running, place)
    found = await shown(running.visitor(), f"{place}/tree/diff?older=1&newer=2&path=skafu.yaml")
    assert found["files"] == [{"path": "skafu.yaml", "change": "changed"}]
    assert found["lines"] == "--- a/skafu.yaml\n+++ b/skafu.yaml\n@@ -1 +1 @@\n-one\n+two\n"
    assert (await shown(running.visitor(), f"{place}/tree?revision=1"))["revision"] == 1


async def test_a_proof_leaves_its_record(running: Running) -> None:
    place = await begun(running.visitor(), blueprint="one")
    refused = await running.visitor().post(f"{place}/prove")
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "NOT_GENERATED")
    await generated(running, place)
    assert (await running.visitor().get(f"{place}/proof")).status_code == 404
    run = await proven(running, place)
    assert (run["verdict"], run["passed"], run["open_questions"]) == ("proven", 3, 1)
    assert [(each["name"], each["state"]) for each in run["steps"]] == [("static.ruff", "passed")]
    log = (await running.visitor().get(f"/runs/{run['id']}/log")).json()["data"]
    assert [(each["name"], each["state"]) for each in log] == [
        ("run", "queued"),
        ("run", "running"),
        ("static.ruff", "passed"),
        ("run", "finished"),
    ]
    assert (await running.visitor().get(f"{place}/proof/record")).json() == {"proven": True}
    assert (await running.visitor().get(f"{place}/proof/report")).text == "# Proof\n"
    proof = await shown(running.visitor(), f"{place}/proof")
    assert (proof["proven"], proof["of_present_files"]) == (True, True)


async def test_a_failed_proof_can_be_overridden_by_name_and_reason(running: Running, quick: QuickProjects) -> None:
    quick.prover.failed = [("static.ruff",)]
    place = await begun(running.visitor(), blueprint="one")
    await generated(running, place)
    await proven(running, place)
    assert (await shown(running.visitor(), place))["standing"] == "not_proven"
    admin = running.visitor("admin")
    for wrong in ({}, {"person": "Ann"}, {"person": " ", "reason": " "}, {"person": "Ann", "reason": ""}):
        assert (await admin.post(f"{place}/proof/override", wrong)).status_code == 422
    taken = await admin.post(f"{place}/proof/override", {"person": "Ann Lee", "reason": "known gap"})
    assert (taken.json()["data"]["taken_by"], taken.json()["data"]["taken_because"]) == ("Ann Lee", "known gap")
    assert (await shown(running.visitor(), place))["standing"] == "overridden"
    assert (await running.visitor().get(f"{place}/proof/report")).text == "# Proof\nAnn Lee: known gap\n"
    assert (await admin.post(f"{place}/proof/override", {"person": "Bea", "reason": "too"})).status_code == 200
    assert (await shown(running.visitor(), f"{place}/proof"))["taken_by"] == "Ann Lee"


async def test_one_run_of_a_kind_at_a_time_and_a_cancelled_one_makes_room(
    running: Running, quick: QuickProjects
) -> None:
    place = await begun(running.visitor(), blueprint="one")
    await generated(running, place)
    quick.prover.hold = asyncio.Event()
    first = await running.visitor().post(f"{place}/prove")
    second = await running.visitor().post(f"{place}/prove")
    assert (second.status_code, second.json()["error"]["code"]) == (409, "RUN_UNDER_WAY")
    run_at = f"/runs/{first.json()['data']['id']}"
    cancelled = await running.visitor().post(f"{run_at}/cancel", {"reason": "not now"})
    assert (cancelled.json()["data"]["state"], cancelled.json()["data"]["reason"]) == ("cancelled", "not now")
    assert (await running.visitor().post(f"{run_at}/cancel", {})).status_code == 200
    await running.settle()
    assert quick.prover.proven == 0
    quick.prover.hold = None
    run = await proven(running, place)
    assert run["verdict"] == "proven"
    late = await running.visitor().post(f"/runs/{run['id']}/cancel", {})
    assert (late.status_code, late.json()["error"]["code"]) == (409, "RUN_HAS_ENDED")


async def test_runs_are_listed_by_project_kind_and_state(running: Running) -> None:
    place = await begun(running.visitor(), blueprint="one")
    await generated(running, place)
    await proven(running, place)
    project = place.rpartition("/")[2]
    for question in ("", f"?project_id={project}", "?state=finished", f"?project_id={project}&state=finished"):
        rows = (await running.visitor().get(f"/runs{question}")).json()["data"]
        assert [each["kind"] for each in rows] == ["prove", "generate"]
    (row,) = (await running.visitor().get(f"/runs?project_id={project}&kind=prove&state=finished")).json()["data"]
    assert row["requested_by"] == "developer-of-0ace"
    assert (await running.visitor().get("/runs?state=gone")).status_code == 422


async def test_a_repeated_request_leads_to_one_run(running: Running) -> None:
    place = await begun(running.visitor(), blueprint="one")
    key = {"Idempotency-Key": "once"}
    first = await running.visitor().post(f"{place}/generate", {}, headers=key)
    again = await running.visitor().post(f"{place}/generate", {}, headers=key)
    assert first.json() == again.json()
    await running.settle()
    assert len((await running.visitor().get("/runs")).json()["data"]) == 1
