"""`python -m skafu.entrypoints.cli`."""

from skafu.entrypoints.cli.start import run

run()
