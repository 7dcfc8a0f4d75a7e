"""Builds the part of identity, and fills the ports that it fills for all: who is let in, and what may be used."""

from collections.abc import Mapping, Sequence
from typing import Final

from skafu.contexts.identity.adapters.argon2_passwords import Argon2Passwords
from skafu.contexts.identity.adapters.chance import new_secret
from skafu.contexts.identity.adapters.keyring import SealedKeyring
from skafu.contexts.identity.adapters.mailers import FolderMailer
from skafu.contexts.identity.adapters.signed_tokens import LASTS, SignedTokens
from skafu.contexts.identity.api.routes import key_routes, routes
from skafu.contexts.identity.application.aggregates import AGGREGATES
from skafu.contexts.identity.application.audit import audit_projection
from skafu.contexts.identity.application.authenticating import StoredAuthenticator
from skafu.contexts.identity.application.changes import RecentChanges
from skafu.contexts.identity.application.links import owner_link
from skafu.contexts.identity.application.means import Means
from skafu.contexts.identity.application.people import organisation_of, owner_of, user_of
from skafu.contexts.identity.application.projections import PERSONAL, PROJECTIONS, usage_projection
from skafu.contexts.identity.application.queries import Named, names_of
from skafu.contexts.identity.application.quotas import StoredQuotas
from skafu.contexts.identity.application.work import works
from skafu.contexts.identity.domain.errors import NoSuchOrganisation, NoSuchUser
from skafu.contexts.identity.domain.events import (
    EVENT_TYPES,
    InvitationRevoked,
    MemberJoined,
    MemberRemoved,
    MemberRoleChanged,
    OrganisationRenamed,
    TierChanged,
)
from skafu.contexts.identity.ports import OutsideSignIn
from skafu.contexts.observability.adapters.mail import Mail as SmtpMail
from skafu.contexts.observability.adapters.mail import mail_server
from skafu.contexts.observability.ports import Message, Person
from skafu.kernel.errors import Invalid
from skafu.kernel.identity import Actor, Origin, TenantId
from skafu.kernel.mailing import Mail, Mailer
from skafu.server_bootstrap.site import Site
from skafu.settings import Settings
from skafu.storage.adapters.aes_gcm import AesGcm
from skafu.storage.adapters.system import now
from skafu.storage.erasure import Eraser
from skafu.web_api.parts import Part
from skafu.web_api.principal import Tier

__all__ = ["AGGREGATES", "EVENT_TYPES", "open_part"]

OUTBOX: Final = "outbox"
CALLBACK: Final = "/api/v1/auth/oidc/{name}/callback"
STREAMED: Final = (
    MemberJoined,
    MemberRoleChanged,
    MemberRemoved,
    OrganisationRenamed,
    TierChanged,
    InvitationRevoked,
)
"""What members may see live; invitations themselves hold mail addresses."""


class SmtpMailer:
    """Sends as observability sends its alerts."""

    def __init__(self, server: SmtpMail) -> None:
        """Hand mails in there."""
        self._server = server

    async def send(self, mail: Mail, *, key: str) -> None:
        """Hand a mail in."""
        await self._server.send(mail.to, "", Message(key, mail.subject, mail.text, {}))


class _LateMailer:
    """Sends by whoever sends when it comes to that."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def send(self, mail: Mail, *, key: str) -> None:
        await self._site.mailer.send(mail, key=key)


def _mailer(settings: Settings) -> Mailer:
    """The mail server that is set; without one, mails are put into the data folder."""
    if settings.smtp_url is None:
        return FolderMailer(settings.data / OUTBOX)
    return SmtpMailer(SmtpMail(mail_server(settings.smtp_url.get_secret_value(), settings.mail_sender)))


class Members:
    """Fills `People` of observability."""

    def __init__(self, means: Means) -> None:
        """Look them up with these means."""
        self._means = means

    async def members(self, tenant: TenantId, /) -> Sequence[Person]:
        """Who works in an organisation; none when there is no such organisation."""
        try:
            organisation, _ = await organisation_of(self._means, tenant)
        except NoSuchOrganisation:
            return ()
        names = await names_of(self._means, list(organisation.members))
        found = ((user_id, names.get(user_id, Named()), role) for user_id, role in organisation.members.items())
        return [Person(user_id, named.name, named.mail, role) for user_id, named, role in found]


async def open_part(site: Site) -> Part:
    """The part, with what fills its ports."""
    keyring = SealedKeyring(site.storage.documents, site.keys, AesGcm())
    means = Means(
        site.ledger,
        Argon2Passwords(),
        keyring,
        SignedTokens(keyring),
        new_secret,
        await _providers(site),
        open_to_all=site.settings.sign_up == "anybody",
    )
    quotas = StoredQuotas(site.ledger.documents, site.ledger.clock)
    changes = RecentChanges(LASTS, site.ledger.clock)
    site.ears.append(changes)
    site.authenticator, site.quotas = StoredAuthenticator(means, changes), quotas
    site.personal += PERSONAL
    site.people = Members(means)
    site.tier_of = lambda tenant: _tier_of(means, tenant)
    site.is_operator = lambda user_id: _is_owner(means, user_id)
    site.mail_of_owner = lambda: _mail_of_owner(means)
    site.mailer = _mailer(site.settings)
    site.first_link = lambda: _first_link(site, means)
    eraser = Eraser(site.keys, site.erasures, site.storage.documents, now)
    public_url = public_url_of(site.settings)
    return Part(
        "identity",
        routes(means, quotas, secure=public_url.startswith("https:"), lasts=LASTS),
        (*PROJECTIONS, audit_projection(site.types), usage_projection(site.uses)),
        works(means, _LateMailer(site), eraser, site.personal, public_url),
        streamed=STREAMED,
        root=key_routes(means),
    )


def public_url_of(settings: Settings) -> str:
    """How people reach the server, without a slash at the end."""
    if settings.public_url is not None:
        return str(settings.public_url).rstrip("/")
    return f"http://{settings.host}:{settings.port}"


async def _tier_of(means: Means, tenant: TenantId) -> Tier:
    try:
        organisation, _ = await organisation_of(means, tenant)
    except NoSuchOrganisation:
        return "free"
    return organisation.tier


async def _is_owner(means: Means, user_id: str) -> bool:
    owner = await owner_of(means)
    return owner is not None and owner.user_id == user_id


async def _mail_of_owner(means: Means) -> str:
    owner = await owner_of(means)
    if owner is None:
        return ""
    try:
        return (await user_of(means, owner.user_id)).mail
    except NoSuchUser:
        return ""


async def _owner_signs_in(means: Means) -> bool:
    """Whether there is an owner who has a way in of their own; without one, a lost session would lock them out."""
    owner = await owner_of(means)
    try:
        user = await user_of(means, owner.user_id) if owner is not None else None
    except NoSuchUser:
        return False
    return user is not None and bool(user.credential_id or user.outside)


async def _first_link(site: Site, means: Means) -> str:
    """A link for the owner: until they can sign in without, and at each start of an installation of one person."""
    if site.settings.database_url is not None and await _owner_signs_in(means):
        return ""
    request = site.ledger.new_id()
    return await owner_link(means, Origin(Actor("system", "start"), request, request))


async def _providers(site: Site) -> Mapping[str, OutsideSignIn]:
    settings = site.settings
    secret = settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else ""
    if settings.oidc_issuer is None or not settings.oidc_client_id:
        if settings.oidc_issuer or settings.oidc_client_id or secret:
            missing = "SKAFU_OIDC_CLIENT_ID" if settings.oidc_issuer else "SKAFU_OIDC_ISSUER"
            raise Invalid(f"the OpenID provider is set up by half: {missing} is missing", fix="set both or none")
        return {}
    import httpx

    from skafu.contexts.identity.adapters.openid import Client, OpenIdSignIn

    redirect = public_url_of(settings) + CALLBACK.format(name=settings.oidc_name)
    client = Client(settings.oidc_name, str(settings.oidc_issuer), settings.oidc_client_id, secret, redirect)
    http = await site.exits.enter_async_context(httpx.AsyncClient(trust_env=True))
    return {settings.oidc_name: OpenIdSignIn(client, http, site.ledger.clock)}
