"""What a route knows of its request, in the words of the application."""

from typing import Annotated, Final

from fastapi import Depends

from skafu.contexts.identity.application.asking import Asking
from skafu.contexts.identity.domain.errors import NotThePerson
from skafu.web_api.calls import Call, OpenCall, requires

SecretCall = Annotated[Call, Depends(requires("viewer", keeps=False))]
"""Of any member, where secrets are sent or received: no answer is kept."""

NO_TOKENS: Final = "a token cannot do this"


def asking_of(call: Call | OpenCall) -> Asking:
    """The request of a route."""
    key = call.key if isinstance(call, Call) else None
    return Asking(call.now, call.address, call.request_id, key)


def person_of(call: Call) -> str:
    """The person who calls, in a session of theirs.

    Raises:
        NotThePerson: it is a token: who has only that must not get further.
    """
    if call.principal.kind != "person":
        raise NotThePerson(NO_TOKENS, fix="sign in yourself")
    return call.principal.user_id
