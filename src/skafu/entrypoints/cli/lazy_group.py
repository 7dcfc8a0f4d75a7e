"""A group of commands that are imported only when they are used, so that `skafu --version` answers at once."""

import gc
import importlib
from collections.abc import Mapping
from typing import ClassVar

import click

Modules = Mapping[str, tuple[str, str]]
"""Subcommand -> module that holds it as `command`, and its short help."""


class LazyGroup(click.Group):
    """Finds commands by name in the modules of a subclass."""

    modules: ClassVar[Modules] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        del ctx
        return sorted(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in self.modules:
            from difflib import get_close_matches

            if near := get_close_matches(cmd_name, self.modules, n=1):
                ctx.fail(f"No such command '{cmd_name}'. Did you mean '{near[0]}'?")
            return None
        found: click.Command = importlib.import_module(self.modules[cmd_name][0]).command
        if not gc.isenabled():
            gc.freeze()
            gc.enable()
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in sorted(self.modules.items())])
