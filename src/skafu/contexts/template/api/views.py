"""Templates, versions, renderings and selections as the routes show them."""

from typing import Any

import msgspec

from skafu.contexts.template.api import schemas as s
from skafu.contexts.template.domain.selection import Selection
from skafu.contexts.template.domain.template import Fetch, NoTemplate, Template, Version
from skafu.contexts.template.ports import Inspected, Shipped
from skafu.scaffold import FileTree
from skafu.scaffold.formats import format_of
from skafu.storage.blobs import blob_id


def template_view(identifier: str, template: Template) -> s.WholeTemplateView:
    """A template of an organisation."""
    newest = template.versions[-1] if template.versions else None
    usable = [each.uploaded.version for each in template.versions if each.status == "valid"]
    deprecated = template.deprecated
    return s.WholeTemplateView(
        id=identifier,
        name=template.name,
        status=newest.status if newest else _coming(template),
        version=len(template.versions),
        usable_version=usable[-1] if usable else 0,
        format=newest.format if newest else "",
        deprecated=s.DeprecationView(reason=deprecated.reason, successor=deprecated.successor) if deprecated else None,
        deleted=template.deleted is not None,
        versions=[version_view(each) for each in template.versions],
        fetches=[_fetch(each) for each in template.fetches.values()],
    )


def shipped_view(shipped: Shipped) -> s.WholeTemplateView:
    """A template that comes with the program: always at version 1 of this program."""
    return s.WholeTemplateView(
        id=shipped.template_id,
        name=shipped.name,
        status="valid",
        version=1,
        usable_version=1,
        format=format_of(shipped.files),
        shipped=True,
        summary=shipped.summary,
        versions=[_shipped_version(shipped)],
        fetches=[],
    )


def version_view(version: Version) -> s.VersionView:
    """A version without what is known about it."""
    uploaded = version.uploaded
    return s.VersionView(
        version=uploaded.version,
        status=version.status,
        format=version.format,
        files=uploaded.files,
        size=uploaded.size,
        content=uploaded.content,
        address=uploaded.address,
        commit=uploaded.commit,
    )


def whole_version_view(version: Version) -> s.WholeVersionView:
    """A version with its questions and findings."""
    return _known(version_view(version), Inspected(version.format, version.questions, version.findings))


def shipped_version_view(shipped: Shipped, inspected: Inspected) -> s.WholeVersionView:
    """The version of a template that comes with the program."""
    return _known(_shipped_version(shipped), inspected)


def rendering_view(
    identifier: str, template_id: str, version: int, tree: FileTree, notes: tuple[str, ...]
) -> s.RenderingView:
    """The listing of a rendered tree."""
    files = [
        s.FileView(path=path, size=len(file.content), executable=file.executable, link=file.link)
        for path, file in tree.items()
    ]
    return s.RenderingView(id=identifier, template_id=template_id, version=version, files=files, notes=list(notes))


def selection_view(project_id: str, selection: Selection) -> s.SelectionView:
    """What a project has selected, or wants to.

    Raises:
        NoTemplate: it has never asked for one.
    """
    if selection.wanted is not None:
        template_id, version = selection.wanted
        return s.SelectionView(project_id=project_id, status="running", template_id=template_id, version=version)
    if selection.refused is not None:
        return s.SelectionView.model_validate({**msgspec.to_builtins(selection.refused), "status": "refused"})
    if selection.selected is None:
        raise NoTemplate(f"project {project_id} has selected no template")
    template_id, version = selection.selected
    return s.SelectionView(project_id=project_id, status="selected", template_id=template_id, version=version)


def row_view(identifier: str, body: dict[str, Any]) -> s.TemplateView:
    """A template of a listing."""
    return s.TemplateView.model_validate({**body, "id": identifier})


def _coming(template: Template) -> s.Status:
    fetches = list(template.fetches.values())
    return "failed" if fetches and fetches[-1].status == "failed" else "fetching"


def _fetch(fetch: Fetch) -> s.FetchView:
    said = msgspec.to_builtins(fetch.failure) if fetch.failure else {}
    return s.FetchView.model_validate(
        {
            **said,
            "id": fetch.requested.fetch_id,
            "status": fetch.status,
            "address": fetch.requested.address,
            "at": fetch.requested.at,
            "version": fetch.version,
        }
    )


def _shipped_version(shipped: Shipped) -> s.VersionView:
    contents = [each.content for each in shipped.files.values()]
    return s.VersionView(
        version=1,
        status="valid",
        format=format_of(shipped.files),
        files=len(contents),
        size=sum(map(len, contents)),
        content=blob_id(b"\0".join(contents)),
        address="",
        commit="",
    )


def _known(view: s.VersionView, inspected: Inspected) -> s.WholeVersionView:
    return s.WholeVersionView(
        **view.model_dump(),
        questions=[s.QuestionView.model_validate(msgspec.to_builtins(each)) for each in inspected.questions],
        findings=[s.FindingView.model_validate(msgspec.to_builtins(each)) for each in inspected.findings],
    )
