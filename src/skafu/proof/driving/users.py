"""People for the proof: two per role, so that one can reach for what belongs to the other, and one without a role."""

import secrets
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from skafu.kernel.errors import Refused

PER_ROLE = 2
JUNK_TOKEN = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJub2JvZHkifQ."  # noqa: S105
"""A token that nobody signed."""


@dataclass(frozen=True)
class User:
    """Somebody who can sign in.

    Attributes:
        name: an email address.
        roles: the groups that he is in.
        id: the id that the system knows him by (`sub`).
        token: an id token.
    """

    name: str
    roles: tuple[str, ...]
    id: str
    token: str

    def __str__(self) -> str:
        """Give the name without its domain."""
        return self.name.partition("@")[0]


NOBODY = User("nobody", (), "anonymous", "")
"""Who asks without a token."""


@dataclass(frozen=True)
class Users:
    """All users of one proof."""

    by_role: Mapping[str, Sequence[User]]
    without_role: User

    def having(self, roles: Sequence[str]) -> list[User]:
        """Give the users that may use a route: those with one of the roles, or all where none is asked for."""
        if not roles:
            return [self.without_role, *(user for users in self.by_role.values() for user in users)]
        return [user for role in roles for user in self.by_role.get(role, ())]

    def lacking(self, roles: Sequence[str]) -> list[User]:
        """Give one user of every other role, and the one without; nobody where no role is asked for."""
        if not roles:
            return []
        wrong = [users[0] for role, users in self.by_role.items() if role not in roles]
        return [*wrong, self.without_role]


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
        """Make two users per role and one without, all signed in.

        Raises:
            Refused: the user pool does not let one in.
        """
        wanted = [(role, number) for role in roles for number in range(1, PER_ROLE + 1)]
        with ThreadPoolExecutor(max_workers=4) as pool:
            without = pool.submit(self._user, f"visitor-{secrets.token_hex(3)}", ())
            made = list(
                pool.map(lambda one: self._user(f"{one[0]}-{one[1]}-{secrets.token_hex(3)}", (one[0],)), wanted)
            )
            by_role = {role: [user for user in made if user.roles == (role,)] for role in roles}
            return Users(by_role, without.result())

    def _user(self, name: str, roles: tuple[str, ...]) -> User:
        email = f"{name}@example.com"
        password = f"Aa1!{secrets.token_urlsafe(18)}"
        try:
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
            for role in roles:
                self.cognito.admin_add_user_to_group(UserPoolId=self.pool, Username=email, GroupName=role)
            token = self._sign_in(email, password)
        except self.cognito.exceptions.ClientError as problem:
            wanted = f"a user with the role {', '.join(roles)}" if roles else "a user without a role"
            raise Refused(f"The user pool does not take {wanted}: {problem}") from problem
        own = {one["Name"]: one.get("Value", "") for one in made["User"].get("Attributes", [])}
        return User(email, roles, own["sub"], token)

    def _sign_in(self, email: str, password: str) -> str:
        answer = self.cognito.initiate_auth(
            ClientId=self.client,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": email, "PASSWORD": password},
        )
        return str(answer["AuthenticationResult"]["IdToken"])
