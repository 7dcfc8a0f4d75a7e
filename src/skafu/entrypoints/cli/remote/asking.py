"""Asks for what nobody else may see: never on the command line, where other users of a machine see it."""

import sys
from typing import Final

import click

from skafu.kernel.errors import Invalid, Refused

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


def make_sure(question: str, *, yes: bool) -> None:
    """Ask whether somebody means it, unless they have said so.

    Raises:
        Refused: they do not.
        Invalid: nobody is there to answer.
    """
    if yes:
        return
    try:
        sure = click.confirm(question, err=True)
    except click.Abort:
        if sys.stdin.isatty():
            raise
        click.echo(err=True)
        raise Invalid("nobody is there to ask", fix="add --yes if you mean it") from None
    if not sure:
        raise Refused("nothing was done")


def whole_secret(what: str) -> str:
    """A secret that may have several lines, such as a key: all that is piped in, or one line that is asked for."""
    if sys.stdin.isatty():
        return secret(what)
    return sys.stdin.read(LARGEST).removesuffix("\n").removesuffix("\r")
