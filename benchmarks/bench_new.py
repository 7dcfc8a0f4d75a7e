"""How long `skafu new` takes from description to proof, and how much memory; beside the same steps by hand with SAM.

`SAM_TEMPLATE` names a copy of SAM's `hello-world` template, for machines that do not reach GitHub.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.figures import ROOT, Figure, run, skafu, write_section
from benchmarks.sam_template import hello_world
from skafu.proof.memory import family_of, pss_of

DESCRIPTION = ROOT / "benchmarks" / "bookstore.txt"
SAM = "aws-sam-cli==1.170.0"
WARM_RUNS = 3
GB = 2**30


@dataclass
class Run:
    """One run of `skafu new`: when which line was printed, in seconds since it began, and the most memory at once."""

    lines: list[tuple[float, str]] = field(default_factory=list)
    seconds: float = 0.0
    peak: int = 0

    def last(self, *words: str) -> float:
        """When the last line with one of these words was printed."""
        return max(at for at, line in self.lines if any(word in line for word in words))


def main() -> None:
    """Measure whole processes."""
    room = Path(tempfile.mkdtemp(prefix="skafu-new-"))
    try:
        template = hello_world(room)
        first = _new(room / "first", room / "home")
        warm = [_new(room / f"warm-{number}", room / "home") for number in range(WARM_RUNS)]
        steps = _by_hand(room, template)
    finally:
        shutil.rmtree(room, ignore_errors=True)
    seconds, peak = statistics.median(one.seconds for one in warm), max(one.peak for one in (first, *warm))
    write_section(
        "From description to proof",
        [
            _within("`skafu new`, bookstore, full proof, the very first time", first.seconds, 180),
            _within("the same, warm", seconds, 45),
            Figure("memory of all processes, most at once (PSS)", f"{peak / GB:.2f} GB", "<= 2 GB", peak <= 2 * GB),
            *_parts(next(one for one in warm if one.seconds == seconds)),
            *(Figure(f"by hand: {what}", f"{taken:.1f} s") for what, taken in steps),
        ],
        f"Warm is the median of {WARM_RUNS} runs. The very first time starts with empty caches and builds every tool"
        " environment, so it depends on how far away the registries are. By hand means SAM's own `hello-world` template"
        " with the public tools, the template already there: one function without a table, an event, a queue, a user or"
        " a right of its own. These steps prove that the template is valid, that it builds and that its unit test"
        " passes; nothing is deployed, no request is sent, no permission is checked, nothing is known of what the"
        " description asked for.",
    )


def _within(what: str, seconds: float, most: int) -> Figure:
    return Figure(what, f"{seconds:.1f} s", f"<= {most} s", seconds <= most)


def _parts(run: Run) -> list[Figure]:
    """What bounds it: the parts one after the other."""
    written, local = run.last("Written:"), run.last(" static.", " tests.")
    return [
        Figure("of that: plan and generation", f"{written:.1f} s"),
        Figure("of that: static checks and the project's tests, side by side", f"{local - written:.1f} s"),
        Figure("of that: deployment to the local AWS, and driving it", f"{run.seconds - local:.1f} s"),
    ]


def _new(output: Path, home: Path) -> Run:
    command = skafu("new", DESCRIPTION, "--output", output, "--yes")
    caches = {"SKAFU_HOME": home / "skafu", "UV_CACHE_DIR": home / "uv", "npm_config_cache": home / "npm"}
    environment = {**os.environ, **{name: str(folder) for name, folder in caches.items()}, "PYTHONUNBUFFERED": "1"}
    found, begun = Run(), time.monotonic()
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        listening = threading.Thread(target=_listen, args=(process, found, begun))
        listening.start()
        while process.poll() is None:
            found.peak = max(found.peak, pss_of(family_of(process.pid)))
            time.sleep(0.25)
        found.seconds = time.monotonic() - begun
        listening.join()
    if process.returncode:
        sys.exit("not proven:\n" + "\n".join(line for _, line in found.lines))
    return found


def _listen(process: subprocess.Popen[str], found: Run, begun: float) -> None:
    for line in process.stdout or ():
        found.lines.append((time.monotonic() - begun, line.rstrip()))


def _by_hand(room: Path, template: Path) -> list[tuple[str, float]]:
    environment = room / "sam"
    uv = Path(sys.executable).parent / "uv"
    run([uv, "venv", "--quiet", environment])
    run([uv, "pip", "install", "--quiet", "--python", environment / "bin" / "python", SAM, "pytest", "cfn-lint"])
    sam, project = environment / "bin" / "sam", room / "sam-app"
    init: Sequence[str | Path] = [sam, "init", "--location", template, "--name", "sam-app", "--no-input"]
    steps: list[tuple[str, Sequence[str | Path], Path]] = [
        ("sam init", init, room),
        ("sam validate --lint", [sam, "validate", "--lint", "--region", "eu-west-1"], project),
        ("sam build", [sam, "build"], project),
        ("pytest of the template", [environment / "bin" / "python", "-m", "pytest", "tests/unit", "-q"], project),
    ]
    return [(what, _seconds(command, folder)) for what, command, folder in steps]


def _seconds(command: Sequence[str | Path], folder: Path) -> float:
    begun = time.monotonic()
    done = run(command, cwd=folder, check=False, more={"SAM_CLI_TELEMETRY": "0"})
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")
    return time.monotonic() - begun


if __name__ == "__main__":
    main()
