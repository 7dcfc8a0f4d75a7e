"""Generated projects for tests that need a whole one."""

from functools import cache
from pathlib import Path

from skafu.bootstrap import project_of, read_blueprint
from skafu.scaffold import FileTree
from skafu.workspace.project_folder import write_new

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = tuple(sorted(one.parent.name for one in EXAMPLES.glob("*/skafu.yaml")))


@cache
def tree_of(example: str) -> FileTree:
    """The files of an example's project."""
    blueprint = EXAMPLES / example / "skafu.yaml"
    return project_of(read_blueprint(blueprint), blueprint.read_text())


def generate(example: str, folder: Path) -> Path:
    """Write the project of an example into a new folder."""
    write_new(tree_of(example), folder)
    return folder
