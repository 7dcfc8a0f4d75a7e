"""What happens to templates."""

from typing import Literal

import msgspec

from skafu.kernel.event_types import EventType, EventTypes
from skafu.kernel.events import Event

Severity = Literal["error", "warning", "hint"]


class TemplateFinding(msgspec.Struct, frozen=True):
    """What is wrong with a template, or worth knowing.

    Attributes:
        code: a stable word for this kind of finding.
        file: the path inside of the template; empty when it is about all of it.
        line: from 1; 0 when no line is to blame.
    """

    code: str
    severity: Severity
    message: str
    file: str = ""
    line: int = 0
    fix: str = ""


class AskedQuestion(msgspec.Struct, frozen=True):
    """A question that the template asks, as it is written: texts may be templated.

    Attributes:
        default: the answer when none is given; empty when there must be one.
        choices: what may be picked; empty when anything may be answered.
        condition: when it is asked; empty when always.
        computed: whether it is never asked, and the default is worked out.
        required: whether it has no default.
    """

    name: str
    type: str
    default: str = ""
    choices: tuple[str, ...] = ()
    condition: str = ""
    help: str = ""
    multiselect: bool = False
    secret: bool = False
    computed: bool = False
    required: bool = False


class TemplateUploaded(Event, frozen=True):
    """A version of a template is there; nobody has looked into it yet.

    Attributes:
        content: the content with its files, as one zip; the same files have the same.
        address: where it came from, when that was a repository.
        commit: of the repository.
    """

    template_id: str
    name: str
    version: int
    content: str
    files: int
    size: int
    address: str = ""
    commit: str = ""


class TemplateFetchRequested(Event, frozen=True):
    """Somebody wants a version from a repository."""

    template_id: str
    fetch_id: str
    name: str
    address: str
    at: str = ""


class TemplateFetched(Event, frozen=True):
    """The repository was read, and this is the version that has its files."""

    template_id: str
    fetch_id: str
    version: int


class TemplateFetchFailed(Event, frozen=True):
    """The repository could not be had."""

    template_id: str
    fetch_id: str
    code: str
    reason: str
    fix: str


class TemplateValidated(Event, frozen=True):
    """A version can be used."""

    template_id: str
    version: int
    format: str
    questions: tuple[AskedQuestion, ...]
    findings: tuple[TemplateFinding, ...]


class TemplateInvalidated(Event, frozen=True):
    """A version cannot be used."""

    template_id: str
    version: int
    findings: tuple[TemplateFinding, ...]


class TemplateDeprecated(Event, frozen=True):
    """A template should not be chosen for new projects.

    Attributes:
        successor: the template to take instead; empty when there is none.
    """

    template_id: str
    reason: str
    successor: str = ""


class TemplateDeleted(Event, frozen=True):
    """A template is not offered any more; its contents stay for the projects that were made from it."""

    template_id: str
    name: str
    reason: str


class TemplateNameClaimed(Event, frozen=True):
    """A name belongs to a template of the organisation."""

    name: str
    template_id: str


class TemplateNameReleased(Event, frozen=True):
    """A name is free again."""

    name: str
    template_id: str


class TemplateRendered(Event, frozen=True):
    """A version was filled in.

    Attributes:
        answers: the names of the questions that were answered, with commas between. What was answered may be secret:
            not even a digest of it is kept, from which a weak secret could be guessed.
        tree: the content with the files, as one zip.
    """

    rendering_id: str
    template_id: str
    version: int
    answers: str
    tree: str
    files: int
    size: int
    notes: tuple[str, ...] = ()


class TemplateSelectionRequested(Event, frozen=True):
    """A project wants to be made from a version."""

    project_id: str
    template_id: str
    version: int


class TemplateSelected(Event, frozen=True):
    """A project is made from a version."""

    project_id: str
    template_id: str
    version: int


class TemplateSelectionRefused(Event, frozen=True):
    """A project cannot be made from a version."""

    project_id: str
    template_id: str
    version: int
    code: str
    reason: str
    fix: str


EVENT_TYPES = EventTypes(
    EventType(TemplateUploaded, "template.TemplateUploaded"),
    EventType(TemplateFetchRequested, "template.TemplateFetchRequested"),
    EventType(TemplateFetched, "template.TemplateFetched"),
    EventType(TemplateFetchFailed, "template.TemplateFetchFailed"),
    EventType(TemplateValidated, "template.TemplateValidated"),
    EventType(TemplateInvalidated, "template.TemplateInvalidated"),
    EventType(TemplateDeprecated, "template.TemplateDeprecated"),
    EventType(TemplateDeleted, "template.TemplateDeleted"),
    EventType(TemplateNameClaimed, "template.TemplateNameClaimed"),
    EventType(TemplateNameReleased, "template.TemplateNameReleased"),
    EventType(TemplateRendered, "template.TemplateRendered"),
    EventType(TemplateSelectionRequested, "template.TemplateSelectionRequested"),
    EventType(TemplateSelected, "template.TemplateSelected"),
    EventType(TemplateSelectionRefused, "template.TemplateSelectionRefused"),
)
