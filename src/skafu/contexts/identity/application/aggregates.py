"""The aggregates of identity, as the command bus takes them."""

from typing import Final, get_args

from skafu.contexts.identity.domain import api_tokens, installations, links, organisations, sessions, users
from skafu.storage.dispatching import Aggregate

USERS: Final = Aggregate(users, get_args(users.UserCommand), lambda command: users.stream_of(command.user_id))
ORGANISATIONS: Final = Aggregate(
    organisations,
    get_args(organisations.OrganisationCommand),
    lambda command: organisations.stream_of(command.organisation_id),
)
LINKS: Final = Aggregate(links, get_args(links.LinkCommand), lambda command: links.stream_of(command.link_id))
TOKENS: Final = Aggregate(
    api_tokens, get_args(api_tokens.TokenCommand), lambda command: api_tokens.stream_of(command.token_id)
)
SESSIONS: Final = Aggregate(
    sessions, get_args(sessions.SessionCommand), lambda command: sessions.stream_of(command.session_id)
)
INSTALLATION: Final = Aggregate(installations, (installations.NameFirstOwner,), lambda _command: installations.STREAM)

AGGREGATES: Final[tuple[Aggregate, ...]] = (USERS, ORGANISATIONS, LINKS, TOKENS, SESSIONS, INSTALLATION)
