"""What the routes of projects take."""

from typing import Annotated, Literal

from pydantic import Field

from skafu.contexts.project.domain.names import KEBAB, LONGEST
from skafu.web_api.envelope import Body, example

BLUEPRINT_CHARACTERS = 1_000_000

BlueprintText = Annotated[
    str,
    Field(
        min_length=1,
        max_length=BLUEPRINT_CHARACTERS,
        description="A blueprint: the text of a skafu.yaml.",
        examples=["skafu: 1\nname: bookstore\nservices: []\n"],
    ),
]
Message = Annotated[str, Field(max_length=1_000, description="What the revision is for, in your words.")]
Description = Annotated[str, Field(max_length=100_000, description="What the system is to do, in plain words.")]
Title = Annotated[str, Field(max_length=200, description="For people; the name without one.")]


class WishesIn(Body):
    """What is wanted when the project is provisioned."""

    template: str = Field(default="system", min_length=1, max_length=200, description="What to generate from.")
    template_version: str = Field(default="", max_length=200, description="Of an uploaded template.")
    host: Literal["local", "github"] = Field(default="local", description="Where the repository is to stand.")
    owner: str = Field(default="", max_length=100, description="The account at GitHub.")
    private: bool = Field(default=True, description="Whether only those who are let in may see the repository.")


class NewProject(Body):
    """A project to begin."""

    model_config = example(
        {"name": "bookstore", "description": "Customers place orders. The warehouse ships orders.", "provision": True}
    )

    name: str = Field(
        pattern=KEBAB,
        max_length=LONGEST,
        description="Unique in the organisation, and never changed.",
        examples=["bookstore"],
    )
    title: Title = ""
    description: Description = ""
    blueprint: BlueprintText | None = None
    provision: bool = Field(
        default=False,
        description="Bring it to a proven repository without being asked again: from the blueprint, or else from the "
        "description.",
    )
    wishes: WishesIn = Field(default=WishesIn(), description="For its provisioning.")


class ProjectChange(Body):
    """What is to be different; what is left out stays."""

    model_config = example({"title": "The bookstore"})

    title: Title | None = None
    description: Description | None = None


class NewRevision(Body):
    """A blueprint to save as the next revision."""

    model_config = example(
        {"blueprint": "skafu: 1\nname: bookstore\nservices: []\n", "message": "Orders can be cancelled"}
    )

    blueprint: BlueprintText
    message: Message = ""


class Restoring(Body):
    """An older revision to bring back."""

    model_config = example({"message": "Back to what was shipped"})

    message: Message = ""


class TemplateChoice(Body):
    """What the project is generated from."""

    model_config = example({"template": "system"})

    template: str = Field(min_length=1, max_length=200, description="`system`, or the id of an uploaded template.")
    version: str = Field(default="", max_length=200, description="The version of an uploaded template.")


class GenerationOrder(Body):
    """What to generate."""

    model_config = example({"revision": 2})

    revision: int = Field(default=0, ge=0, le=1_000_000, description="0 is the newest.")


class Overriding(Body):
    """Somebody takes over files that are not proven."""

    model_config = example({"person": "Ann", "reason": "the failed check is about a service that is switched off"})

    person: str = Field(min_length=1, max_length=200, description="Who takes them over; stays on record.")
    reason: str = Field(min_length=1, max_length=2_000, description="Why; stays on record.")


class Cancelling(Body):
    """Why a run is not wanted any more."""

    model_config = example({"reason": "started by mistake"})

    reason: str = Field(default="", max_length=500, description="Why, in words for colleagues.")


class Describing(Body):
    """A description to plan from."""

    model_config = example({"description": "Customers place orders. The warehouse ships orders."})

    description: str = Field(min_length=1, max_length=100_000, description="What the system is to do, in plain words.")


class Checking(Body):
    """A blueprint to look at."""

    model_config = example({"blueprint": "skafu: 1\nname: bookstore\nservices: []\n"})

    blueprint: BlueprintText
