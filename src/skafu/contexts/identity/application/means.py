"""What the application of identity works with."""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from skafu.contexts.identity.ports import AccessTokens, Keyring, NewSecret, OutsideSignIn, Passwords
from skafu.storage.ledger import Ledger


class Means(msgspec.Struct, frozen=True):
    """The store, and what fills the ports.

    Attributes:
        ledger: the store.
        passwords: hashing.
        keyring: keys of the installation.
        access_tokens: signing.
        new_secret: chance.
        providers: the OpenID providers, by name.
        open_to_all: whether people whom nobody invited may sign up through a provider.
    """

    ledger: Ledger
    passwords: Passwords
    keyring: Keyring
    access_tokens: AccessTokens
    new_secret: NewSecret
    providers: Mapping[str, OutsideSignIn] = MappingProxyType({})
    open_to_all: bool = False
