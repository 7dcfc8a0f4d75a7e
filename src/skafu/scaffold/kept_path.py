"""Where a generated project keeps its files as they were generated."""

BASE_PATH = ".skafu/base.zip"
"""The path of the archive; a module of its own, so that whoever only asks for it imports no merging."""
