"""Zips that come with a request: as its body, or as a part of a form."""

import asyncio
import io
from typing import Any, Final

from fastapi import Request
from starlette.datastructures import UploadFile

from skafu.contexts.template.application.library import refuse_empty
from skafu.kernel.errors import Invalid
from skafu.scaffold import FileTree
from skafu.workspace.sources_zip import read_archive

FORM: Final = "multipart/form-data"
ZIP: Final[dict[str, Any]] = {"schema": {"type": "string", "format": "binary"}}
DOCUMENTED: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "A zip of up to 2,000 files, 2 MB each and 50 MB in all; nothing of it is unpacked to a disk.",
        "content": {
            "application/zip": ZIP,
            FORM: {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            },
        },
    }
}


async def uploaded_tree(request: Request) -> FileTree:
    """The files of the zip that a request brings.

    Raises:
        EmptyTemplate: there is no file in it.
        Invalid: there is no zip, or a name in it is not safe.
        Refused: it is larger than a template may be.
    """
    files = await asyncio.to_thread(read_archive, io.BytesIO(await _content(request)), "the zip")
    refuse_empty(files)
    return files


async def _content(request: Request) -> bytes:
    if not request.headers.get("content-type", "").startswith(FORM):
        return await request.body()
    async with request.form(max_files=1, max_fields=5) as form:
        file = form.get("file")
        if isinstance(file, UploadFile):
            return await file.read()
    raise Invalid("the form has no file in its part `file`", fix="send the zip as `file`, or as the body itself")
