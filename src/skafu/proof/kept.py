"""A system that stays up after its proof: where it is, and how to talk to it."""

import shlex
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class RoleToken:
    """An id token of a user with a role.

    Attributes:
        role: the role; empty for a user without one.
        user: name of the user.
        token: the token, good for as long as the user pool says.
    """

    role: str
    user: str
    token: str


@dataclass(frozen=True)
class RouteCall:
    """A request that works.

    Attributes:
        route: for example `POST /api/v1/orders/{order_id}/cancel`.
        role: whose token it needs; empty for none.
        method: the HTTP method.
        url: where it goes on this machine, parameters filled in.
        body: JSON; empty for none.
        token: the token itself.
    """

    route: str
    role: str
    method: str
    url: str
    body: str = ""
    token: str = ""

    @property
    def curl(self) -> str:
        """Give the command line that sends it."""
        parts = ["curl", "-sS", "-X", self.method, self.url]
        if self.token:
            parts += ["-H", f"Authorization: Bearer {self.token}"]
        if self.body:
            parts += ["-H", "Content-Type: application/json", "-d", self.body]
        return shlex.join(parts)


@dataclass(frozen=True)
class Kept:
    """A running system.

    Attributes:
        address: where its API answers on this machine, without `/api/v1`.
        endpoint: where all services of the local AWS answer.
        account: the account id; also the access key of its administrator.
        tokens: one per role.
        calls: one per route.
        stop: ends it, and removes all that it wrote.
    """

    address: str
    endpoint: str
    account: str
    tokens: tuple[RoleToken, ...]
    calls: tuple[RouteCall, ...]
    stop: Callable[[], None]
