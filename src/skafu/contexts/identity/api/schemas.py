"""The shapes that the routes of identity take and give."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, RootModel

from skafu.contexts.identity.domain.mailboxes import LONGEST_MAIL
from skafu.contexts.identity.domain.roles import Role, Tier
from skafu.web_api.envelope import Body, example


def _visible(text: str) -> str:
    if not text.isprintable():
        raise ValueError("it holds characters that cannot be seen")
    return text


Visible = Annotated[str, AfterValidator(_visible)]
PersonName = Annotated[Visible, Field(min_length=1, max_length=100, description="As the person wants to be called.")]
OrganisationName = Annotated[
    Visible, Field(min_length=1, max_length=100, description="As people know the organisation.")
]
MailAddress = Annotated[
    str, Field(min_length=3, max_length=LONGEST_MAIL, description="A mail address.", examples=["ann@example.org"])
]
Secret = Annotated[str, Field(max_length=500, repr=False, description="Nobody else may see it.")]
Password = Annotated[
    str, Field(max_length=1000, repr=False, description="12 to 200 characters, not on the list of common ones.")
]
LinkText = Annotated[str, Field(min_length=1, max_length=500, repr=False, description="What follows `=` in the link.")]
Scope = Annotated[str, Field(pattern=r"^[a-z][a-z_-]{0,30}:(read|write)$", examples=["projects:read"])]


class SignIn(Body):
    """Who wants to come in."""

    model_config = example({"mail": "ann@example.org", "password": "three green kettles"})

    mail: MailAddress
    password: Secret
    organisation_id: str = Field("", max_length=36, description="Where to begin; without it, where they joined last.")


class Enter(Body):
    """A link that works once, and what a newcomer says of themselves."""

    model_config = example(
        {"link": "TEXT-OF-THE-LINK", "mail": "ann@example.org", "name": "Ann", "password": "three green kettles"}
    )

    link: LinkText
    name: Visible = Field("", max_length=100, description="As the person wants to be called; needed for an invitation.")
    mail: str = Field("", max_length=LONGEST_MAIL, description="For the owner; an invitation has an address already.")
    password: Password = ""
    organisation: Visible = Field("", max_length=100, description="For the owner: the name of their organisation.")


class Refresh(Body):
    """What shows the session, when it is not a browser's."""

    model_config = example({"refresh_token": "TEXT-OF-THE-TOKEN"})

    refresh_token: Secret = ""


class ResetRequest(Body):
    """Whose password is to be set anew."""

    model_config = example({"mail": "ann@example.org"})

    mail: MailAddress


class NewPassword(Body):
    """A new password, by a link."""

    model_config = example({"link": "TEXT-OF-THE-LINK", "password": "four blue teapots now"})

    link: LinkText
    password: Password


class ChangedPassword(Body):
    """A new password, by who knows the present one."""

    model_config = example({"present": "three green kettles", "password": "four blue teapots now"})

    present: Secret = Field("", description="Empty for who has none yet.")
    password: Password


class Acceptance(Body):
    """An invitation of who is signed in."""

    model_config = example({"link": "TEXT-OF-THE-LINK"})

    link: LinkText


class Switch(Body):
    """Where the session is to go on."""

    model_config = example({"organisation_id": "d2f077a8-9a00-5f8d-a474-1898bc19ec27"})

    organisation_id: str = Field(min_length=36, max_length=36, description="One that you belong to.")


class SignedIn(BaseModel):
    """A session, and what the next minutes' requests are sent with."""

    access_token: str = Field(description="Send it as `Authorization: Bearer ...`.", repr=False)
    token_type: str = "Bearer"  # noqa: S105 no secret, but the kind of the header
    expires_in: int = Field(description="Seconds that the access token holds for.")
    refresh_token: str | None = Field(
        description="Gets the next access token; null for a browser, which has a cookie instead.", repr=False
    )
    user_id: str
    organisation_id: str
    session_id: str
    session_ends_at: datetime = Field(description="Unless it is used before.")


class ProviderView(BaseModel):
    """A way to sign in."""

    name: str
    address: str


class OrganisationBody(Body):
    """An organisation."""

    model_config = example({"name": "Acme"})

    name: OrganisationName


class TierBody(Body):
    """A tier."""

    model_config = example({"tier": "team"})

    tier: Tier = Field(description="What the organisation may use.")


class OrganisationView(BaseModel):
    """An organisation, and what the caller is in it."""

    id: str
    name: str
    tier: Tier
    role: Role
    members: int


class RationView(BaseModel):
    """What is used of a measure."""

    measure: str
    used: int
    limit: int | None = Field(description="Null: no limit.")
    period: str = Field(description="ever, day or month; days and months are those of UTC.")


class PersonView(BaseModel):
    """The person who calls."""

    user_id: str
    name: str
    mail: str
    password: bool = Field(description="Whether there is a password.")
    providers: list[str] = Field(description="The issuers that the person signs in with.")
    organisation_id: str
    role: Role
    tier: Tier
    organisations: list[OrganisationView]


class PersonBody(Body):
    """What a person may change of themselves."""

    model_config = example({"name": "Ann"})

    name: PersonName


class SessionView(BaseModel):
    """A session that lasts."""

    session_id: str
    organisation_id: str
    started_at: datetime
    seen_at: datetime
    ends_at: datetime
    addresses: list[str]
    this: bool = Field(description="Whether it is the session of this request.")


class MemberView(BaseModel):
    """Somebody who works in the organisation."""

    user_id: str
    name: str
    mail: str
    role: Role
    joined_at: datetime


class RoleBody(Body):
    """A role."""

    model_config = example({"role": "developer"})

    role: Role = Field(description="What the member may do from now on.")


class InvitationBody(Body):
    """Who is asked to join, and as what."""

    model_config = example({"mail": "bob@example.org", "role": "developer"})

    mail: MailAddress
    role: Role = Field(description="What they may do; your own role is the limit.")


class InvitationView(BaseModel):
    """An invitation that waits."""

    invitation_id: str
    mail: str
    role: Role
    invited_by: str
    invited_at: datetime
    expires_at: datetime


class TokenBody(Body):
    """What a token is for."""

    model_config = example({"name": "build server", "role": "developer", "scopes": ["projects:read"], "days": 30})

    name: Visible = Field(min_length=1, max_length=100, description="What it is for.")
    role: Role = Field("developer", description="The most that it may do; your own role is the limit as well.")
    scopes: list[Scope] = Field([], max_length=50, description="What it is limited to; all that its role may without.")
    days: int = Field(90, ge=1, le=365, description="How long it works.")


class TokenView(BaseModel):
    """A token, without its secret."""

    token_id: str
    user_id: str
    name: str
    role: Role
    scopes: list[str]
    issued_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class IssuedToken(BaseModel):
    """A new token, with its secret for the one time."""

    token_id: str
    name: str
    role: Role
    scopes: list[str]
    expires_at: datetime
    token: str | None = Field(description="Shown now and never again; null when the request is repeated.", repr=False)


class AuditView(BaseModel):
    """What happened, who wanted it, when and from where."""

    event_id: str
    at: datetime
    type: str
    aggregate: str
    stream: str
    version: int
    actor_kind: str
    actor: str
    via: str = Field(description="The session or token.")
    correlation_id: str
    causation_id: str
    address: str = Field(description="Where the session or token was used from; empty when nobody knows.")


class UserView(BaseModel):
    """A person, as admins see them."""

    user_id: str
    name: str
    mail: str
    registered_at: datetime
    password: bool
    providers: list[str]
    role: Role | None = Field(description="In this organisation; null for who does not belong to it.")


class Erasure(Body):
    """That a person wants to be forgotten."""

    model_config = example({"confirm": "erase me", "password": "three green kettles"})

    confirm: str = Field(pattern="^erase me$", description="The words `erase me`.")
    password: Secret = Field("", description="Of who has one.")


class Export(RootModel[dict[str, object]]):
    """All that is kept of a person."""
