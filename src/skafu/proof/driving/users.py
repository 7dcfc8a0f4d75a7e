"""People for the proof: two, so that one can reach for what belongs to the other, each with a token per role.

A token says which roles its owner had when he signed in. So one person can act in one role after the other, always
known by the same id, and with no more rights than the role that is asked about.
"""

import secrets
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Users:
    """All users of one proof.

    Attributes:
        people: of each person, by name: the user per role; the one without a role is under the empty text.
    """

    people: Mapping[str, Mapping[str, User]]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the people."""
        return tuple(self.people)

    def of(self, name: str, roles: Sequence[str]) -> User:
        """Give a person in the first of some roles, or in none."""
        return self.people[name][next(iter(roles), "")]

    def having(self, roles: Sequence[str]) -> list[User]:
        """Give the users that may use a route, by role: those with one of the roles, or all where none is asked for."""
        wanted = roles or tuple(next(iter(self.people.values())))
        return [users[role] for role in wanted for users in self.people.values()]

    def lacking(self, roles: Sequence[str]) -> list[User]:
        """Give one user of every other role, and one without; nobody where no role is asked for."""
        one = next(iter(self.people.values()))
        return [user for role, user in one.items() if role not in roles] if roles else []

    def others(self, user: User) -> list[User]:
        """Give the other people in the same role."""
        return [self.of(name, user.roles) for name in self.people if name != user.name]


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

    def enrol(self, roles: Sequence[str]) -> Users:
        """Make two people, and sign them in with each role and with none.

        Raises:
            Refused: the user pool does not let one in.
        """
        with ThreadPoolExecutor(max_workers=len(PEOPLE)) as pool:
            made = list(pool.map(lambda name: self._person(name, roles), PEOPLE))
        return Users(dict(zip(PEOPLE, made, strict=True)))

    def _person(self, name: str, roles: Sequence[str]) -> dict[str, User]:
        email = f"{name}-{secrets.token_hex(4)}@example.com"
        password = f"Aa1!{secrets.token_urlsafe(18)}"
        try:
            identity = self._admit(email, password)
            users = {"": User(name, (), identity, self._sign_in(email, password))}
            for role in roles:
                self.cognito.admin_add_user_to_group(UserPoolId=self.pool, Username=email, GroupName=role)
                users[role] = User(name, (role,), identity, self._sign_in(email, password))
                self.cognito.admin_remove_user_from_group(UserPoolId=self.pool, Username=email, GroupName=role)
        except self.cognito.exceptions.ClientError as problem:
            fix = "Look at the password policy, the groups and the app client of the user pool."
            raise Refused(f"The user pool does not take a user: {problem}", fix=fix) from problem
        return users

    def _admit(self, email: str, password: str) -> str:
        made = self.cognito.admin_create_user(
            UserPoolId=self.pool,
            Username=email,
            TemporaryPassword=password,
            MessageAction="SUPPRESS",
            UserAttributes=[{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}],
        )
        self.cognito.admin_set_user_password(UserPoolId=self.pool, Username=email, Password=password, Permanent=True)
        return next(str(one["Value"]) for one in made["User"]["Attributes"] if one["Name"] == "sub")

    def _sign_in(self, email: str, password: str) -> str:
        answer = self.cognito.initiate_auth(
            ClientId=self.client,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": email, "PASSWORD": password},
        )
        return str(answer["AuthenticationResult"]["IdToken"])
