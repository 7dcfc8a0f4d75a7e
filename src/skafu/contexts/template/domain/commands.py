"""What can be asked of the template context. All of it may be asked again: the same command leads to nothing new."""

from skafu.contexts.template.domain.events import AskedQuestion, TemplateFinding
from skafu.kernel.events import Command


class UploadTemplate(Command, frozen=True):
    """Add a version; its files are a content of the tenant by now.

    Attributes:
        fetch_id: the fetch that it comes from, when it comes from a repository.
    """

    template_id: str
    name: str
    content: str
    files: int
    size: int
    address: str = ""
    commit: str = ""
    fetch_id: str = ""


class RequestFetch(Command, frozen=True):
    """Get a version from a repository."""

    template_id: str
    fetch_id: str
    name: str
    address: str
    at: str = ""


class FailFetch(Command, frozen=True):
    """The repository cannot be had."""

    template_id: str
    fetch_id: str
    code: str
    reason: str
    fix: str


class ValidateTemplate(Command, frozen=True):
    """Somebody has looked into a version, and it can be used."""

    template_id: str
    version: int
    format: str
    questions: tuple[AskedQuestion, ...]
    findings: tuple[TemplateFinding, ...]


class InvalidateTemplate(Command, frozen=True):
    """Somebody has looked into a version, and it cannot be used."""

    template_id: str
    version: int
    findings: tuple[TemplateFinding, ...]


class DeprecateTemplate(Command, frozen=True):
    """Let nobody choose it for a new project without being warned."""

    template_id: str
    reason: str
    successor: str = ""


class DeleteTemplate(Command, frozen=True):
    """Offer it no more."""

    template_id: str
    reason: str


class ClaimTemplateName(Command, frozen=True):
    """Give a name to a template.

    Attributes:
        instead_of: the template that has the name by now but is none: its upload was never finished, or it is deleted.
    """

    name: str
    template_id: str
    instead_of: str = ""


class ReleaseTemplateName(Command, frozen=True):
    """Take a name from a template."""

    name: str
    template_id: str


class RecordRendering(Command, frozen=True):
    """A version was filled in."""

    rendering_id: str
    template_id: str
    version: int
    answers: str
    tree: str
    files: int
    size: int
    notes: tuple[str, ...] = ()


class SelectTemplate(Command, frozen=True):
    """Let a project be made from a version; 0 means the newest that can be used."""

    project_id: str
    template_id: str
    version: int


class ConfirmSelection(Command, frozen=True):
    """The version can be used.

    Attributes:
        version: that was asked for.
        found: the version that it is: another one where the newest was asked for.
    """

    project_id: str
    template_id: str
    version: int
    found: int


class RefuseSelection(Command, frozen=True):
    """The version cannot be used."""

    project_id: str
    template_id: str
    version: int
    code: str
    reason: str
    fix: str
