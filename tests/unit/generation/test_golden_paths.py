"""What is generated for the todo example, path by path, and whose it is: a change of this is meant, or a mistake."""

import os
from pathlib import Path

from generated_projects import tree_of

from skafu.blueprint.lock import LOCK_PATH, read_lock

GOLDEN = Path(__file__).parents[2] / "golden" / "todo.txt"
RENEW = "RENEW_GOLDEN=1 .venv/bin/python -m pytest tests/unit/generation/test_golden_paths.py"


def test_the_paths_of_the_todo_example() -> None:
    lock = read_lock(tree_of("todo")[LOCK_PATH].content)
    width = max(len(path) for path in lock.files)
    now = "".join(f"{path:{width}}  {lock.files[path].owner}\n" for path in sorted(lock.files))
    if os.environ.get("RENEW_GOLDEN"):
        GOLDEN.write_text(now)
    assert now.splitlines() == GOLDEN.read_text().splitlines(), f"if this is meant: {RENEW}"
