"""Draws the README's picture from what `make demo` really prints."""

import io
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

from benchmarks.figures import ROOT

TARGET = ROOT / "docs" / "images" / "demo.svg"
COLUMNS = 118
SCRIPT = ("Script started on", "Script done on")
"""What `script` adds to what it records."""


def main() -> None:
    """Draw the output of the demo, from standard input or by running it."""
    if sys.stdin.isatty():
        draw(subprocess.run(["make", "demo"], cwd=ROOT, capture_output=True, text=True, check=True).stdout, TARGET)
    else:
        draw(sys.stdin.read(), TARGET)


def draw(output: str, target: Path) -> None:
    """Write a terminal's output as an SVG picture."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    for line in (one for one in output.splitlines() if not one.startswith(SCRIPT)):
        text = Text.from_ansi(line)
        text.truncate(COLUMNS, overflow="ellipsis")
        console.print(text, no_wrap=True, highlight=False)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(console.export_svg(title="make demo"))


if __name__ == "__main__":
    main()
