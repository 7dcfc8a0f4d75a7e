"""How long a generated command handler takes to initialise, beside a bare handler with Powertools."""

import statistics
import tempfile
from pathlib import Path

from benchmarks.figures import ROOT, Figure, run, write_section
from skafu.bootstrap import project_of, read_blueprint
from skafu.proof.toolbox import Toolbox
from skafu.workspace.project_folder import write_new

EXAMPLE = ROOT / "examples" / "bookstore" / "skafu.yaml"
BARE = "from aws_lambda_powertools import Logger, Metrics; logger = Logger(); metrics = Metrics()"
OURS = "import store.handlers.check_out"
CLOCK = "import time; begun = time.perf_counter(); {}; print(time.perf_counter() - begun)"


def main() -> None:
    """Measure the import of modules in new processes, in turn."""
    with tempfile.TemporaryDirectory() as name:
        project = Path(name) / "bookstore"
        write_new(project_of(read_blueprint(EXAMPLE), EXAMPLE.read_text()), project)
        python = Toolbox.default().project_environment(project)
        pairs = [(_seconds(python, BARE, project), _seconds(python, OURS, project)) for _ in range(11)]
    bare, ours = (statistics.median(one) for one in zip(*pairs, strict=True))
    ratio = statistics.median(second / first for first, second in pairs)
    write_section(
        "Initialisation of a command handler",
        [
            Figure("bare handler with Powertools Logger and Metrics", f"{bare * 1000:.0f} ms"),
            Figure("generated handler of `CheckOut` (bookstore)", f"{ours * 1000:.0f} ms"),
            Figure("ratio, pair by pair", f"{ratio:.2f}x", "<= 1.5x", ratio <= 1.5),
        ],
        "Import of the module in a new Python process, with byte code in place.",
    )


def _seconds(python: Path, statement: str, project: Path) -> float:
    paths = [str(project / "shared" / "src"), *(str(one) for one in sorted(project.glob("services/*/src")))]
    code = (
        f"import os, sys; sys.path[:0] = {paths!r}; "
        "os.environ.update(POWERTOOLS_SERVICE_NAME='x', POWERTOOLS_METRICS_NAMESPACE='x'); " + CLOCK.format(statement)
    )
    return float(run([python, "-c", code]).stdout)


if __name__ == "__main__":
    main()
