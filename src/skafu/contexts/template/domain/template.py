"""A template: versions that never change, each validated or not, deprecated and deleted as a whole."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal, assert_never

import msgspec

from skafu.contexts.template.domain import commands as c
from skafu.contexts.template.domain import events as e
from skafu.kernel.errors import NotFound, Refused

Commands = (
    c.UploadTemplate
    | c.RequestFetch
    | c.FailFetch
    | c.ValidateTemplate
    | c.InvalidateTemplate
    | c.DeprecateTemplate
    | c.DeleteTemplate
)
Events = (
    e.TemplateUploaded
    | e.TemplateFetchRequested
    | e.TemplateFetched
    | e.TemplateFetchFailed
    | e.TemplateValidated
    | e.TemplateInvalidated
    | e.TemplateDeprecated
    | e.TemplateDeleted
)
VersionStatus = Literal["uploaded", "valid", "invalid"]
FetchStatus = Literal["running", "done", "failed"]

MOST_VERSIONS: Final = 1_000


class NoTemplate(NotFound):
    """There is no such template, or it is deleted."""


class NoTemplateVersion(NotFound):
    """The template has no such version."""


class TemplateIsDeleted(Refused):
    """The template is not offered any more."""


class TemplateNotUsable(Refused):
    """The version is invalid, or nobody has looked into it yet."""


class TooManyVersions(Refused):
    """The template has as many versions as a template may have."""


class Version(msgspec.Struct, frozen=True):
    """One version: its files never change, what is known about it may."""

    uploaded: e.TemplateUploaded
    status: VersionStatus = "uploaded"
    format: str = ""
    questions: tuple[e.AskedQuestion, ...] = ()
    findings: tuple[e.TemplateFinding, ...] = ()


class Fetch(msgspec.Struct, frozen=True):
    """A version on its way from a repository."""

    requested: e.TemplateFetchRequested
    status: FetchStatus = "running"
    version: int = 0
    failure: e.TemplateFetchFailed | None = None


class Template(msgspec.Struct, frozen=True):
    """A template as it stands; without versions and fetches there is none."""

    name: str = ""
    versions: tuple[Version, ...] = ()
    fetches: Mapping[str, Fetch] = {}
    deprecated: e.TemplateDeprecated | None = None
    deleted: e.TemplateDeleted | None = None

    @property
    def exists(self) -> bool:
        """Whether anybody has begun it."""
        return bool(self.name)

    def version(self, number: int) -> Version:
        """A version by its number, from 1; 0 means the newest that can be used.

        Raises:
            NoTemplateVersion: there is none.
        """
        if number == 0:
            usable = [each for each in self.versions if each.status == "valid"]
            if usable:
                return usable[-1]
        elif 0 < number <= len(self.versions):
            return self.versions[number - 1]
        said = f"no version {number}" if number else "no version that can be used"
        raise NoTemplateVersion(f"template {self.name} has {said}", fix="look at its versions")

    def usable(self, number: int) -> Version:
        """A version that can be used.

        Raises:
            NoTemplateVersion: there is none.
            TemplateIsDeleted: the template is not offered any more.
            TemplateNotUsable: it is not valid.
        """
        if self.deleted is not None:
            raise TemplateIsDeleted(f"template {self.name} is deleted", fix="choose another template")
        found = self.version(number)
        if found.status != "valid":
            said = "is invalid" if found.status == "invalid" else "is not validated yet"
            raise TemplateNotUsable(
                f"version {found.uploaded.version} of template {self.name} {said}",
                fix="look at its findings" if found.status == "invalid" else "wait a moment and try again",
            )
        return found


initial_state = Template()


def decide(command: Commands, state: Template) -> Sequence[Events]:
    """What a command leads to.

    Raises:
        NoTemplate: there is none.
        NoTemplateVersion: it has no such version.
        TemplateIsDeleted: nothing is added to what is deleted.
        TooManyVersions: it has as many as it may have.
    """
    match command:
        case c.UploadTemplate():
            return _uploaded(command, state)
        case c.RequestFetch():
            return _requested(command, state)
        case _:
            if not state.exists:
                raise NoTemplate(f"there is no template {command.template_id}")
            return _changed(command, state)


def evolve(state: Template, event: Events) -> Template:
    """The template after an event."""
    replace = msgspec.structs.replace
    match event:
        case e.TemplateUploaded():
            return replace(state, name=event.name, versions=(*state.versions, Version(event)))
        case e.TemplateFetched():
            fetch = replace(state.fetches[event.fetch_id], status="done", version=event.version)
            return replace(state, fetches={**state.fetches, event.fetch_id: fetch})
        case e.TemplateFetchRequested():
            return replace(state, name=event.name, fetches={**state.fetches, event.fetch_id: Fetch(event)})
        case e.TemplateFetchFailed():
            fetch = replace(state.fetches[event.fetch_id], status="failed", failure=event)
            return replace(state, fetches={**state.fetches, event.fetch_id: fetch})
        case e.TemplateValidated(_, version, format_, questions, findings):
            return _with(
                state, version, Version(state.versions[version - 1].uploaded, "valid", format_, questions, findings)
            )
        case e.TemplateInvalidated(_, version, findings):
            return _with(state, version, Version(state.versions[version - 1].uploaded, "invalid", findings=findings))
        case e.TemplateDeprecated():
            return replace(state, deprecated=event)
        case e.TemplateDeleted():
            return replace(state, deleted=event)
        case _:
            assert_never(event)


def _with(state: Template, number: int, version: Version) -> Template:
    versions = (*state.versions[: number - 1], version, *state.versions[number:])
    return msgspec.structs.replace(state, versions=versions)


def _uploaded(command: c.UploadTemplate, state: Template) -> Sequence[Events]:
    """The same files as in the newest version are no new one."""
    _refuse_deleted(state)
    found: list[Events] = []
    number = len(state.versions)
    if not state.versions or state.versions[-1].uploaded.content != command.content:
        number += 1
        found.append(_version(command, state, number))
    fetch = state.fetches.get(command.fetch_id)
    if fetch is not None and fetch.status == "running":
        found.append(e.TemplateFetched(command.template_id, command.fetch_id, number))
    return found


def _version(command: c.UploadTemplate, state: Template, number: int) -> Events:
    if number > MOST_VERSIONS:
        raise TooManyVersions(f"a template has {MOST_VERSIONS} versions at most", fix="begin a new template")
    return e.TemplateUploaded(
        command.template_id,
        state.name or command.name,
        number,
        command.content,
        command.files,
        command.size,
        command.address,
        command.commit,
    )


def _requested(command: c.RequestFetch, state: Template) -> Sequence[Events]:
    _refuse_deleted(state)
    if command.fetch_id in state.fetches:
        return []
    name = state.name or command.name
    return [e.TemplateFetchRequested(command.template_id, command.fetch_id, name, command.address, command.at)]


def _changed(
    command: c.FailFetch | c.ValidateTemplate | c.InvalidateTemplate | c.DeprecateTemplate | c.DeleteTemplate,
    state: Template,
) -> Sequence[Events]:
    match command:
        case c.FailFetch(template_id, fetch_id, code, reason, fix):
            fetch = state.fetches.get(fetch_id)
            running = fetch is not None and fetch.status == "running"
            return [e.TemplateFetchFailed(template_id, fetch_id, code, reason, fix)] if running else []
        case c.ValidateTemplate(template_id, version, format_, questions, findings):
            if state.version(version).status != "uploaded":
                return []
            return [e.TemplateValidated(template_id, version, format_, questions, findings)]
        case c.InvalidateTemplate(template_id, version, findings):
            known = state.version(version).status != "uploaded"
            return [] if known else [e.TemplateInvalidated(template_id, version, findings)]
        case c.DeprecateTemplate(template_id, reason, successor):
            _refuse_deleted(state)
            event = e.TemplateDeprecated(template_id, reason, successor)
            return [] if state.deprecated == event else [event]
        case c.DeleteTemplate(template_id, reason):
            return [] if state.deleted else [e.TemplateDeleted(template_id, state.name, reason)]
        case _:
            assert_never(command)


def _refuse_deleted(state: Template) -> None:
    if state.deleted is not None:
        raise TemplateIsDeleted(f"template {state.name} is deleted", fix="begin a new template")
