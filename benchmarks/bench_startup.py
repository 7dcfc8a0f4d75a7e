"""How soon the command line answers, beside Python itself."""

import sys

from benchmarks.figures import ROOT, Figure, run, skafu, timed, write_section


def main() -> None:
    """Measure whole processes."""
    python = timed(lambda: run([sys.executable, "-c", "pass"]))
    version = timed(lambda: run(skafu("--version")))
    description = ROOT / "benchmarks" / "bookstore.txt"
    plan = timed(lambda: run(skafu("plan", description)))
    more = (version - python) * 1000
    write_section(
        "Start-up",
        [
            Figure("`python -c pass`", f"{python * 1000:.0f} ms"),
            Figure("`skafu --version`, more than that", f"{more:.0f} ms", "<= 80 ms", more <= 80),
            Figure("`skafu plan` of the bookstore, whole process", f"{plan:.2f} s", "<= 0.6 s", plan <= 0.6),
        ],
        "Whole processes; the peer is Python itself.",
    )


if __name__ == "__main__":
    main()
