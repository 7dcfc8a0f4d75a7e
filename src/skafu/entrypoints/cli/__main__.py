"""`python -m skafu.entrypoints.cli`."""

from skafu.entrypoints.cli.main import run

run()
