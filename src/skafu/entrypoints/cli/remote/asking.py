"""Asks for what nobody else may see: never on the command line, where other users of a machine see it."""

import sys
from typing import Final

import click

LONGEST: Final = 4_000
LARGEST: Final = 64_000


def secret(what: str, *, new: bool = False) -> str:
    """A secret: asked for without an echo, or the next line of what is piped in.

    Args:
        what: it is, in the words of the question.
        new: it is chosen now, so that it is asked for twice.
    """
    if not sys.stdin.isatty():
        return sys.stdin.readline(LONGEST).rstrip("\r\n")
    given: str = click.prompt(what, hide_input=True, err=True, confirmation_prompt=new)
    return given.strip()


def whole_secret(what: str) -> str:
    """A secret that may have several lines, such as a key: all that is piped in, or one line that is asked for."""
    if sys.stdin.isatty():
        return secret(what)
    return sys.stdin.read(LARGEST).removesuffix("\n").removesuffix("\r")
