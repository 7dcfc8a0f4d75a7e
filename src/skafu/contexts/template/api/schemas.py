"""What the routes of the template context take and give."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from skafu.web_api.envelope import Body, example
from skafu.web_api.plain_json import PlainJson

NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
TemplateName = Annotated[
    str,
    Field(min_length=1, max_length=100, pattern=NAME, description="Letters, digits, dots, hyphens and underscores."),
]
Number = Annotated[int, Field(ge=0, le=1_000, description="A version; 0 is the newest that can be used.")]
Status = Literal["fetching", "failed", "uploaded", "valid", "invalid"]


class FetchBody(Body):
    """A repository to read a version from."""

    model_config = example({"name": "service", "address": "https://github.com/owner/template.git", "at": "v1.2.0"})

    name: TemplateName
    address: str = Field(
        min_length=1,
        max_length=500,
        description="Of the repository, over https.",
        examples=["https://github.com/owner/template.git"],
    )
    at: str = Field("", max_length=200, description="A tag, branch or commit; the newest commit without it.")


class FetchVersionBody(Body):
    """A repository to read the next version from."""

    model_config = example({"address": "https://github.com/owner/template.git", "at": "v1.3.0"})

    address: str = Field(
        min_length=1,
        max_length=500,
        description="Of the repository, over https.",
        examples=["https://github.com/owner/template.git"],
    )
    at: str = Field("", max_length=200, description="A tag, branch or commit; the newest commit without it.")


class PreviewBody(Body):
    """Answers to fill a template in with."""

    model_config = example({"answers": {"name": "shop"}})

    version: Number = 0
    answers: dict[Annotated[str, Field(max_length=200)], PlainJson] = Field(
        {}, max_length=500, description="By question; the others take their defaults. They are not kept."
    )


class SelectBody(Body):
    """The project that is to be made from a template."""

    model_config = example({"project_id": "ef5e23bf-255c-5875-9eeb-0fc15fbea488"})

    project_id: str = Field(min_length=1, max_length=100, description="The project that is to be made from it.")
    version: Number = 0


class DeprecateBody(Body):
    """Why a template should not be chosen any more."""

    model_config = example({"reason": "use the new one"})

    reason: str = Field(min_length=1, max_length=1000, description="Why, in words for colleagues.")
    successor: str = Field("", max_length=100, description="The id of the template to take instead.")


class TemplateReasonBody(Body):
    """Why."""

    model_config = example({"reason": "nobody uses it"})

    reason: str = Field("", max_length=1000, description="Why, in words for colleagues.")


class DeprecationView(BaseModel):
    """Why a template should not be chosen, and which one to take instead."""

    reason: str
    successor: str


class TemplateView(BaseModel):
    """A template."""

    id: str
    name: str
    status: Status = Field(description="Of its newest version.")
    version: int = Field(description="The newest; 0 while there is none.")
    usable_version: int = Field(description="The newest that can be used; 0 while there is none.")
    format: str = Field(description="copier or cookiecutter; empty while nobody has looked into it.")
    shipped: bool = Field(default=False, description="It comes with Skafu and cannot be changed.")
    summary: str = ""
    deprecated: DeprecationView | None = None
    deleted: bool = False


class FindingView(BaseModel):
    """What is wrong with a version, or worth knowing."""

    code: str
    severity: Literal["error", "warning", "hint"]
    message: str
    file: str
    line: int
    fix: str


class QuestionView(BaseModel):
    """A question that a version asks, as it is written."""

    name: str
    type: str
    default: str = Field(description="The answer when none is given; it may be templated.")
    choices: list[str] = Field(description="What may be picked; empty when anything may be answered.")
    condition: str = Field(description="When it is asked; empty when always.")
    help: str
    multiselect: bool
    secret: bool
    computed: bool = Field(description="It is never asked: the default is worked out.")
    required: bool = Field(description="It has no default.")


class VersionView(BaseModel):
    """A version; its files never change."""

    version: int
    status: Literal["uploaded", "valid", "invalid"]
    format: str
    files: int
    size: int = Field(description="In bytes.")
    content: str = Field(description="The digest of its files.")
    address: str
    commit: str


class WholeVersionView(VersionView):
    """The same with what is known about it."""

    questions: list[QuestionView]
    findings: list[FindingView]


class FetchView(BaseModel):
    """A version on its way from a repository."""

    id: str
    status: Literal["running", "done", "failed"]
    address: str
    at: str
    version: int
    code: str = ""
    reason: str = ""
    fix: str = ""


class WholeTemplateView(TemplateView):
    """A template with its versions."""

    versions: list[VersionView]
    fetches: list[FetchView]


class FileView(BaseModel):
    """A file of a rendered tree."""

    path: str
    size: int
    executable: bool
    link: str | None


class RenderingView(BaseModel):
    """What a template became."""

    id: str
    template_id: str
    version: int
    files: list[FileView]
    notes: list[str] = Field(description="Commands that did not run, and what the template says.")


class SelectionView(BaseModel):
    """What a project is made from."""

    project_id: str
    status: Literal["running", "selected", "refused"]
    template_id: str
    version: int
    code: str = ""
    reason: str = ""
    fix: str = ""


class SelectedView(BaseModel):
    """A project that is made from a template."""

    project_id: str
    template_id: str
    version: int
    selected_at: datetime
