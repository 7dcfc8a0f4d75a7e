"""The command line, and projects to update, for the tests of its commands."""

from command_line import skafu
from two_releases import project, template

__all__ = ["project", "skafu", "template"]
