"""People for the proof: two, so that one can reach for what belongs to the other, each with a token per role.

A token says which roles its owner had when he signed in. So one person can act in one role after the other, always
known by the same id, and with no more rights than the role that is asked about.
"""

import itertools
import secrets
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from skafu.kernel.errors import Refused

JUNK_TOKEN = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJub2JvZHkifQ."  # noqa: S105
"""A token that nobody signed."""
PEOPLE = ("ada", "grace")


@dataclass(frozen=True)
class User:
    """A person signed in with one role, or with none.

    Attributes:
        name: of the person.
        roles: the groups that the token names.
        id: the id that the system knows the person by (`sub`).
        token: an id token.
    """

    name: str
    roles: tuple[str, ...]
    id: str
    token: str

    def __str__(self) -> str:
        """Say who it is: `ada (clerk)`."""
        return f"{self.name} ({', '.join(self.roles) or 'no role'})"


NOBODY = User("nobody", (), "anonymous", "")
"""Who asks without a token."""


@dataclass
class Person:
    """Somebody in the user pool, who signs in with the role that is asked for."""

    registry: "Registry"
    name: str
    email: str
    password: str
    id: str
    _users: dict[str, User] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def signed_in(self, role: str) -> User:
        """Give the person with one role, or with none where it is empty."""
        with self._lock:
            if role not in self._users:
                roles = (role,) if role else ()
                token = self.registry.token(self.email, self.password, role)
                self._users[role] = User(self.name, roles, self.id, token)
            return self._users[role]


class Users:
    """All users of one proof: two people who are there from the start, and others who come when somebody new is needed.

    Attributes:
        people: of each of the first two, by name: the user per role; the one without a role is under the empty text.
    """

    def __init__(self, registry: "Registry", people: Sequence[Person], roles: Sequence[str]) -> None:
        """Sign the first people in with each role and with none."""
        self._registry = registry
        self._persons = {person.name: person for person in people}
        self._numbers = itertools.count(1)
        with ThreadPoolExecutor(max_workers=len(people)) as pool:
            signed_in = pool.map(lambda one: {role: one.signed_in(role) for role in ("", *roles)}, people)
            self.people: Mapping[str, Mapping[str, User]] = {
                person.name: users for person, users in zip(people, signed_in, strict=True)
            }

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the first people."""
        return tuple(self.people)

    def newcomer(self) -> str:
        """Bring in somebody who has done nothing yet; give the name."""
        person = self._registry.admit(f"newcomer {next(self._numbers)}")
        self._persons[person.name] = person
        return person.name

    def id_of(self, name: str) -> str:
        """Give the id of a person."""
        return self._persons[name].id

    def of(self, name: str, roles: Sequence[str]) -> User:
        """Give a person in the first of some roles, or in none."""
        return self._persons[name].signed_in(next(iter(roles), ""))

    def having(self, roles: Sequence[str]) -> list[User]:
        """Give the users that may use a route, by role: those with one of the roles, or all where none is asked for."""
        wanted = roles or tuple(next(iter(self.people.values())))
        return [users[role] for role in wanted for users in self.people.values()]

    def lacking(self, roles: Sequence[str]) -> list[User]:
        """Give one user of every other role, and one without; nobody where no role is asked for."""
        one = next(iter(self.people.values()))
        return [user for role, user in one.items() if role not in roles] if roles else []

    def among(self, ids: Collection[object], roles: Sequence[str]) -> list[User]:
        """Give the newcomers with one of some ids, in the roles that may use a route."""
        found = [person for person in tuple(self._persons.values()) if person.id in ids]
        strangers = [person for person in found if person.name not in self.people]
        return [person.signed_in(role) for person in strangers for role in roles or ("",)]


@dataclass(frozen=True)
class Registry:
    """The user pool of a deployed system.

    Attributes:
        cognito: a client of the account, as its administrator.
        pool: id of the pool.
        client: id of the app client.
    """

    cognito: Any
    pool: str
    client: str
    _turn: threading.RLock = field(default_factory=threading.RLock)

    def enrol(self, roles: Sequence[str]) -> Users:
        """Make two people, and sign them in with each role and with none.

        Raises:
            Refused: the user pool does not let one in.
        """
        return Users(self, [self.admit(name) for name in PEOPLE], roles)

    def admit(self, name: str) -> Person:
        """Make a person who can sign in.

        Raises:
            Refused: the user pool does not take one.
        """
        email = f"{name.replace(' ', '-')}-{secrets.token_hex(4)}@example.com"
        password = f"Aa1!{secrets.token_urlsafe(18)}"
        with self._admitting():
            made = self.cognito.admin_create_user(
                UserPoolId=self.pool,
                Username=email,
                TemporaryPassword=password,
                MessageAction="SUPPRESS",
                UserAttributes=[{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}],
            )
            self.cognito.admin_set_user_password(
                UserPoolId=self.pool, Username=email, Password=password, Permanent=True
            )
        own_id = next(str(one["Value"]) for one in made["User"]["Attributes"] if one["Name"] == "sub")
        return Person(self, name, email, password, own_id)

    def token(self, email: str, password: str, role: str) -> str:
        """Sign a person in who has one role at that moment, or none where it is empty.

        Raises:
            Refused: the user pool does not let the person in.
        """
        with self._admitting():
            if not role:
                return self._sign_in(email, password)
            self.cognito.admin_add_user_to_group(UserPoolId=self.pool, Username=email, GroupName=role)
            token = self._sign_in(email, password)
            self.cognito.admin_remove_user_from_group(UserPoolId=self.pool, Username=email, GroupName=role)
            return token

    @contextmanager
    def _admitting(self) -> Iterator[None]:
        """Let one in after the other; the emulated pool does not like two at once."""
        with self._turn:
            try:
                yield
            except self.cognito.exceptions.ClientError as problem:
                fix = "Look at the password policy, the groups and the app client of the user pool."
                raise Refused(f"The user pool does not take a user: {problem}", fix=fix) from problem

    def _sign_in(self, email: str, password: str) -> str:
        answer = self.cognito.initiate_auth(
            ClientId=self.client,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": email, "PASSWORD": password},
        )
        return str(answer["AuthenticationResult"]["IdToken"])
