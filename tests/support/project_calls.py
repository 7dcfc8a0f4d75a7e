"""What visitors do with projects, in the words of the tests."""

from typing import Any

from platform_under_test import Running, Visitor

Json = dict[str, Any]


async def begun(visitor: Visitor, name: str = "shop", **more: object) -> str:
    """Begin a project; its path."""
    answer = await visitor.post("/projects", {"name": name, **more})
    assert answer.status_code == 201, answer.text
    return f"/projects/{answer.json()['data']['id']}"


async def shown(visitor: Visitor, path: str) -> Json:
    answer = await visitor.get(path)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()["data"]
    return found


async def generated(running: Running, path: str) -> Json:
    """Generate a project, and wait for it."""
    answer = await running.visitor().post(f"{path}/generate", {})
    assert answer.status_code == 202, answer.text
    await running.settle()
    return await shown(running.visitor(), answer.headers["location"].removeprefix("/api/v1"))


async def proven(running: Running, path: str) -> Json:
    """Prove a project, and wait for it."""
    answer = await running.visitor().post(f"{path}/prove")
    assert answer.status_code == 202, answer.text
    await running.settle()
    return await shown(running.visitor(), answer.headers["location"].removeprefix("/api/v1"))
