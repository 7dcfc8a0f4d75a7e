"""Generated projects for tests that need a whole one."""

from pathlib import Path

from skafu.bootstrap import project_of, read_blueprint
from skafu.workspace.project_folder import write_new

EXAMPLES = Path(__file__).parents[2] / "examples"


def generate(example: str, folder: Path) -> Path:
    """Write the project of an example into a new folder."""
    blueprint = EXAMPLES / example / "skafu.yaml"
    write_new(project_of(read_blueprint(blueprint), blueprint.read_text()), folder)
    return folder
