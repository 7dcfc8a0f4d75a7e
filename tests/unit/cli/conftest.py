"""The command line, for the tests of its commands."""

from command_line import skafu

__all__ = ["skafu"]
