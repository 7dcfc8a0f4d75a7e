"""SAM's own `hello-world` template: from a folder, or from GitHub at one commit."""

import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = "https://github.com/aws/aws-sam-cli-app-templates"
COMMIT = "c7285973a74a5b4d8008f30a8781ee69af8c949d"
RUNTIME = f"python3.{sys.version_info.minor}"
VARIABLE = "SAM_TEMPLATE"


def hello_world(room: Path) -> Path:
    """Give the folder of the template for this Python.

    Args:
        room: where it may be put.
    """
    given = os.environ.get(VARIABLE)
    if given:
        if not (Path(given) / "cookiecutter.json").is_file():
            sys.exit(f"{VARIABLE}={given} is no folder of a template: there is no cookiecutter.json in it")
        return Path(given)
    folder = room / "sam-templates"
    folder.mkdir()
    for words in (
        ["init", "--quiet"],
        ["sparse-checkout", "set", f"{RUNTIME}/hello"],
        ["fetch", "--quiet", "--depth=1", "--filter=blob:none", REPOSITORY, COMMIT],
        ["-c", "advice.detachedHead=false", "checkout", "--quiet", "FETCH_HEAD"],
    ):
        done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(
                f"SAM's template can't be fetched: {done.stderr.strip().splitlines()[-1]}\n"
                f"  fix: {VARIABLE}=FOLDER make bench, where FOLDER is a copy of {RUNTIME}/hello of {REPOSITORY}"
            )
    return folder / RUNTIME / "hello"
