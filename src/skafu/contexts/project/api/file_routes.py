"""Routes of generated files: the tree, one file, all as a zip, and what two revisions differ in."""

import asyncio
import difflib
from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Query, Response

from skafu.contexts.project.api.desk import Desk, archive_answer, content_answer
from skafu.contexts.project.api.schemas import FileChangeOut, FileOut, TreeDifferenceOut, TreeOut
from skafu.contexts.project.application.trees import FileNotFound, changes_between_trees, entries_of, file_of
from skafu.storage.blobs import BlobId
from skafu.web_api.calls import Call, ViewerCall
from skafu.web_api.envelope import Answer, answer, errors_documented

Which = Annotated[int, Query(ge=0, le=1_000_000, description="A revision; 0: what was generated last.")]
PathHere = Annotated[str, Query(min_length=1, max_length=1_000, description="The path of a file in the tree.")]


class _Kept(msgspec.Struct, frozen=True):
    """An archive, the revision that it was made from, and the name of its project."""

    archive: bytes
    revision: int
    name: str


def add_file_routes(routes: APIRouter, desk: Desk) -> None:
    """Routes of the generated files of a project."""
    _tree(routes, desk)
    _file(routes, desk)
    _archive(routes, desk)
    _compare(routes, desk)


def _tree(routes: APIRouter, desk: Desk) -> None:
    @routes.get(
        "/projects/{project_id}/tree",
        summary="List generated files",
        response_model=Answer[TreeOut],
        responses=errors_documented(404),
    )
    async def get_tree(project_id: UUID, call: ViewerCall, revision: Which = 0) -> Response:
        """List the files that were generated from a revision."""
        kept = await _kept(desk, call, project_id, revision)
        return answer(call, tree_out(kept.archive, kept.revision))


def tree_out(archive: bytes, revision: int) -> TreeOut:
    """The files of an archive."""
    files = [
        FileOut(path=each.path, size=each.size, executable=each.executable, link=each.link)
        for each in entries_of(archive)
    ]
    return TreeOut(revision=revision, files=files)


def _file(routes: APIRouter, desk: Desk) -> None:
    @routes.get(
        "/projects/{project_id}/file",
        summary="Show a generated file",
        response_class=Response,
        responses={200: {"description": "The file as it is.", "content": {"text/plain": {}}}, **errors_documented(404)},
    )
    async def get_file(project_id: UUID, call: ViewerCall, path: PathHere, revision: Which = 0) -> Response:
        """Give one file that was generated from a revision."""
        kept = await _kept(desk, call, project_id, revision)
        return await file_answer(kept.archive, path)


async def file_answer(archive: bytes, path: str) -> Response:
    """One file of an archive; of a link, where it leads.

    Raises:
        FileNotFound: there is none at this path.
    """
    file = await asyncio.to_thread(file_of, archive, path)
    content = file.content if file.link is None else file.link.encode()
    return content_answer(content, path.rpartition("/")[2])


def _archive(routes: APIRouter, desk: Desk) -> None:
    @routes.get(
        "/projects/{project_id}/archive",
        summary="Take all generated files",
        response_class=Response,
        responses={200: {"description": "A zip.", "content": {"application/zip": {}}}, **errors_documented(404)},
    )
    async def get_archive(project_id: UUID, call: ViewerCall, revision: Which = 0) -> Response:
        """Give all files that were generated from a revision, as a zip."""
        kept = await _kept(desk, call, project_id, revision)
        return archive_answer(kept.archive, f"{kept.name}-{kept.revision}")


def _compare(routes: APIRouter, desk: Desk) -> None:
    @routes.get(
        "/projects/{project_id}/tree/diff",
        summary="Compare the files of two revisions",
        response_model=Answer[TreeDifferenceOut],
        responses=errors_documented(404),
    )
    async def compare_trees(
        project_id: UUID, call: ViewerCall, older: Which, newer: Which = 0, path: PathHere | None = None
    ) -> Response:
        """Say which files two revisions differ in, and with `path` also the lines of one of them."""
        before, after = await _kept(desk, call, project_id, older), await _kept(desk, call, project_id, newer)
        changes = await asyncio.to_thread(changes_between_trees, before.archive, after.archive)
        lines = "" if path is None else await asyncio.to_thread(_lines, before.archive, after.archive, path)
        found = TreeDifferenceOut(
            from_revision=before.revision,
            to_revision=after.revision,
            files=[FileChangeOut(path=each.path, change=each.change) for each in changes],
            lines=lines,
        )
        return answer(call, found)


def _lines(before: bytes, after: bytes, path: str) -> str:
    old, new = _text(before, path), _text(after, path)
    if old is None and new is None:
        raise FileNotFound(path)
    names = ("/dev/null" if old is None else f"a/{path}", "/dev/null" if new is None else f"b/{path}")
    found = difflib.unified_diff((old or "").splitlines(), (new or "").splitlines(), *names, lineterm="")
    return "".join(f"{line}\n" for line in found)


def _text(archive: bytes, path: str) -> str | None:
    try:
        file = file_of(archive, path)
    except FileNotFound:
        return None
    return f"link to {file.link}\n" if file.link is not None else file.content.decode(errors="replace")


async def _kept(desk: Desk, call: Call, project_id: UUID, revision: int) -> _Kept:
    project = (await desk.project(call, project_id)).project
    made = project.generation_of(revision)
    archive = await desk.ledger.blobs.get(call.tenant, BlobId(made.tree))
    return _Kept(archive, made.revision, project.name)
