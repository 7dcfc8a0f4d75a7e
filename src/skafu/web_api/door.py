"""What the routes need from the composition root; it stands in the application's state."""

from typing import cast

import msgspec
from fastapi import FastAPI, Request

from skafu.kernel.identity import Clock, NewId
from skafu.web_api.idempotency import KeptAnswers
from skafu.web_api.principal import Authenticator
from skafu.web_api.quotas import Quotas
from skafu.web_api.rates import RateLimiter
from skafu.web_api.sealed_answers import SealedAnswers


class Door(msgspec.Struct, frozen=True):
    """Who lets requests in.

    Attributes:
        authenticator: finds out who calls.
        quotas: knows what organisations have left.
        rates: bounds the requests of each caller.
        answers: where answers to requests with an Idempotency-Key are kept.
        sealed: where answers to people who are not known yet are kept, when they send one.
        clock: the present moment.
        new_id: ids of requests.
    """

    authenticator: Authenticator
    quotas: Quotas
    rates: RateLimiter
    answers: KeptAnswers
    sealed: SealedAnswers
    clock: Clock
    new_id: NewId


def hang(app: FastAPI, door: Door) -> None:
    """Give an application its door."""
    app.state.door = door


def door_of(request: Request) -> Door:
    """The door of the application that a request is for."""
    return cast("Door", request.app.state.door)
