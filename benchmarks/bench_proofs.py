"""Whether every example and every description case ends proven, and how long that takes."""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import yaml

from benchmarks.figures import ROOT, Figure, skafu, write_section

EXAMPLES = sorted((ROOT / "examples").glob("*/skafu.yaml"))
CASES = ROOT / "benchmarks" / "descriptions.yaml"


def main() -> None:
    """Prove them one after the other; exit code 1 when one is not proven."""
    room = Path(tempfile.mkdtemp(prefix="skafu-proofs-"))
    try:
        figures = list(_examples(room)) + list(_cases(room))
    finally:
        shutil.rmtree(room, ignore_errors=True)
    write_section(
        "Proofs",
        figures,
        "Each example is generated and proven, each description case goes through `skafu new --yes`; the local AWS"
        " starts anew each time. Figures are wall time of whole processes, tools installed before.",
    )
    sys.exit(0 if all(one.met for one in figures) else 1)


def _examples(room: Path) -> Iterator[Figure]:
    for blueprint in EXAMPLES:
        name = blueprint.parent.name
        output = room / f"example-{name}"
        subprocess.run(skafu("generate", blueprint, "--output", output), check=True, capture_output=True)
        yield _proven(f"example {name}", skafu("prove", output))


def _cases(room: Path) -> Iterator[Figure]:
    for case in yaml.safe_load(CASES.read_text()):
        description = room / f"{case['id']}.txt"
        description.write_text(case["text"])
        yield _proven(f"case {case['id']}", skafu("new", description, "--output", room / case["id"], "--yes"))


def _proven(what: str, command: list[str]) -> Figure:
    begun = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - begun
    failed = [line.strip() for line in done.stdout.splitlines() if line.lstrip().startswith("✗")]
    verdict = "PROVEN" if done.returncode == 0 else "NOT PROVEN: " + ("; ".join(failed) or done.stderr[-300:])
    print(f"{what}: {verdict} ({seconds:.0f} s)", flush=True)
    return Figure(what, f"{verdict}, {seconds:.0f} s".replace("|", "/"), "PROVEN", done.returncode == 0)


if __name__ == "__main__":
    main()
