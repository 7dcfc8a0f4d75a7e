"""How long `skafu new` takes from description to proof, and how much memory; beside the same steps by hand with SAM.

`SAM_TEMPLATE` names a copy of SAM's `hello-world` template, for machines that do not reach GitHub.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.figures import ROOT, Figure, run, skafu, write_section
from skafu.proof.memory import family_of, pss_of

DESCRIPTION = ROOT / "benchmarks" / "bookstore.txt"
SAM = "aws-sam-cli==1.170.0"
GB = 2**30


def main() -> None:
    """Measure whole processes."""
    room = Path(tempfile.mkdtemp(prefix="skafu-new-"))
    try:
        first, _ = _new(room / "first", home=room / "home")
        warm, peak = _new(room / "warm", home=room / "home")
        steps = _by_hand(room)
    finally:
        shutil.rmtree(room, ignore_errors=True)
    write_section(
        "From description to proof",
        [
            Figure(
                "`skafu new`, bookstore, full proof, the very first time", f"{first:.0f} s", "<= 180 s", first <= 180
            ),
            Figure("the same, warm", f"{warm:.1f} s", "<= 45 s", warm <= 45),
            Figure("memory of all processes, most at once (PSS)", f"{peak / GB:.2f} GB", "<= 2 GB", peak <= 2 * GB),
            *(Figure(f"by hand: {what}", f"{seconds:.1f} s") for what, seconds in steps),
        ],
        "The very first time builds every tool environment; registries answer from nearby. By hand means SAM's own"
        " `hello-world` template with the public tools: one function without a table, an event, a queue, a user or a"
        " right of its own. These steps prove that the template is valid, that it builds and that its unit test passes;"
        " nothing is deployed, no request is sent, no permission is checked, nothing is known of what the description"
        " asked for.",
    )


def _new(output: Path, home: Path) -> tuple[float, int]:
    begun = time.monotonic()
    command = skafu("new", DESCRIPTION, "--output", output, "--yes")
    process = subprocess.Popen(command, env={"PATH": "/usr/bin:/bin", "HOME": str(home), "SKAFU_HOME": str(home)})
    peak = 0
    while process.poll() is None:
        peak = max(peak, pss_of(family_of(process.pid)))
        time.sleep(0.25)
    if process.returncode:
        sys.exit(f"not proven: {output}")
    return time.monotonic() - begun, peak


def _by_hand(room: Path) -> list[tuple[str, float]]:
    environment = room / "sam"
    uv = Path(sys.executable).parent / "uv"
    run([uv, "venv", "--quiet", environment])
    run([uv, "pip", "install", "--quiet", "--python", environment / "bin" / "python", SAM, "pytest", "cfn-lint"])
    sam, project = environment / "bin" / "sam", room / "sam-app"
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    template = os.environ.get("SAM_TEMPLATE")
    source: list[str | Path] = (
        ["--location", template]
        if template
        else ["--runtime", version, "--dependency-manager", "pip", "--app-template", "hello-world"]
    )
    init: list[str | Path] = [sam, "init", *source, "--name", "sam-app", "--no-interactive"]
    steps: list[tuple[str, list[str | Path], Path]] = [
        ("sam init", init, room),
        ("sam validate --lint", [sam, "validate", "--lint", "--region", "eu-west-1"], project),
        ("sam build", [sam, "build"], project),
        ("pytest of the template", [environment / "bin" / "python", "-m", "pytest", "tests/unit", "-q"], project),
    ]
    return [(what, _seconds(command, folder)) for what, command, folder in steps]


def _seconds(command: list[str | Path], folder: Path) -> float:
    begun = time.monotonic()
    run(command, cwd=folder, check=False)
    return time.monotonic() - begun


if __name__ == "__main__":
    main()
