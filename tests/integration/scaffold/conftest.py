"""The command line, for tests that compare it with the tools as a whole."""

from command_line import skafu

__all__ = ["skafu"]
