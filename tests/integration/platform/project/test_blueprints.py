"""Revisions of a blueprint over HTTP."""

from platform_under_test import Running
from project_calls import begun, shown


async def save(running: Running, place: str, text: str, **more: object) -> int:
    body = {"blueprint": text, "message": f"now {text}"}
    answer = await running.visitor().ask("POST", f"{place}/revisions", json=body, **more)
    return answer.status_code


async def test_revisions_are_kept_with_author_and_message(running: Running) -> None:
    place = await begun(running.visitor(), blueprint="one")
    assert await save(running, place, "two") == 201
    newest = await shown(running.visitor("viewer"), f"{place}/blueprint")
    assert (newest["number"], newest["blueprint"], newest["message"]) == (2, "two", "now two")
    assert (newest["author"], newest["source"]) == ("developer-of-0ace", "written")
    assert (await shown(running.visitor(), f"{place}/revisions/1"))["blueprint"] == "one"
    listed = (await running.visitor().get(f"{place}/revisions?limit=1")).json()
    assert [each["number"] for each in listed["data"]] == [2]
    rest = (await running.visitor().get(f"{place}/revisions?cursor={listed['meta']['page']['next']}")).json()["data"]
    assert [each["number"] for each in rest] == [1]
    for missing in ("/revisions/3", "/revisions/9999"):
        assert (await running.visitor().get(place + missing)).status_code == 404
    assert (await running.visitor().get(f"{place}/revisions/0")).status_code == 422


async def test_a_blueprint_with_errors_is_saved_and_nothing_is_generated_from_it(running: Running) -> None:
    place = await begun(running.visitor())
    saved = await running.visitor().post(f"{place}/revisions", {"blueprint": "WRONG WRONG"})
    assert saved.status_code == 201
    assert saved.json()["data"]["check"]["errors"] == 2
    assert saved.json()["data"]["revision"]["errors"] == 2
    refused = await running.visitor().post(f"{place}/generate", {})
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "BLUEPRINT_HAS_ERRORS")


async def test_who_saves_on_top_of_something_old_is_refused(running: Running) -> None:
    place = await begun(running.visitor(), blueprint="one")
    etag = (await running.visitor().get(f"{place}/blueprint")).headers["etag"]
    assert await save(running, place, "two", headers={"If-Match": etag}) == 201
    assert await save(running, place, "three", headers={"If-Match": etag}) == 412
    assert await save(running, place, "two") == 201
    assert (await shown(running.visitor(), place))["revision"] == 2


async def test_an_older_revision_comes_back_as_a_new_one(running: Running) -> None:
    place = await begun(running.visitor(), blueprint="one")
    await save(running, place, "two")
    back = await running.visitor().post(f"{place}/revisions/1/restore", {})
    assert back.status_code == 201
    restored = back.json()["data"]
    assert (restored["number"], restored["restored"], restored["source"]) == (3, 1, "restored")
    assert (await shown(running.visitor(), f"{place}/blueprint"))["blueprint"] == "one"


async def test_two_revisions_are_compared(running: Running) -> None:
    place = await begun(running.visitor(), blueprint="one")
    await save(running, place, "two")
    found = await shown(running.visitor(), f"{place}/diff?older=1")
    assert (found["from_revision"], found["to_revision"], found["lines"]) == (1, 2, "-one\n+two\n")
    assert (await running.visitor().get(f"{place}/diff?older=7")).status_code == 404
    assert (await running.visitor().get(f"{place}/diff")).status_code == 422
