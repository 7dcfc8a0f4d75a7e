"""`make demo`: the main job on a real description, live: plan, project, proof."""

import sys
from itertools import count
from pathlib import Path

import click

from skafu.entrypoints.cli.main import run

DESCRIPTION = (
    "An online bookstore. Customers browse books, add them to a cart and place orders. Payment is captured with Stripe "
    "when an order is placed; if it fails, the order is cancelled. The warehouse ships paid orders and customers are "
    "told by email. Staff add books and restock them."
)
FOLDER = Path("demo")


def main() -> None:
    """Run `skafu new` on the description of a bookstore, into a folder that is free."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    names = (f"bookstore{f'-{number}' if number > 1 else ''}" for number in count(1))
    output = next(FOLDER / name for name in names if not (FOLDER / name).exists())
    click.secho("A description, as somebody would type it:\n", dim=True)
    click.echo(f"  {DESCRIPTION}\n")
    click.secho(f'$ skafu new "..." --output {output} --yes\n', dim=True)
    run(["new", DESCRIPTION, "--output", str(output), "--yes"])


if __name__ == "__main__":
    main()
