"""Samples of events stay as they were first written: tables keep such events for ever."""

from pathlib import Path

from generated_projects import EXAMPLES, generate

from skafu.blueprint.lock import LOCK_PATH, read_lock
from skafu.bootstrap import project_of, read_blueprint
from skafu.scaffold import FileTree
from skafu.workspace.changed_paths import Update
from skafu.workspace.updates import compare

SAMPLES = "services/store/tests/events"


def _changed(folder: Path, *, version: str) -> FileTree:
    """The bookstore where shipped orders say who carries them."""
    text = (EXAMPLES / "bookstore" / "skafu.yaml").read_text()
    told = text.replace("to: shipped}", f"{version}to: shipped, fields: {{carrier: text}}}}").replace(
        "in: [paid], emits: [OrderShipped]", "in: [paid], emits: [{event: OrderShipped, with: {carrier: \"'dhl'\"}}]"
    )
    blueprint = folder.with_suffix(".yaml")
    blueprint.write_text(told)
    return project_of(read_blueprint(blueprint), told)


def _update(folder: Path, tree: FileTree) -> Update:
    return compare(tree, folder, read_lock((folder / LOCK_PATH).read_bytes()))


def test_a_changed_event_keeps_its_sample(tmp_path: Path) -> None:
    folder = generate("bookstore", tmp_path / "shop")
    update = _update(folder, _changed(folder, version=""))
    assert f"{SAMPLES}/OrderShipped.v1.json" in update.keep
    assert "services/store/src/store/domain/order.py" in update.replace


def test_a_new_version_gets_a_sample_and_an_upcaster_beside_the_old_one(tmp_path: Path) -> None:
    folder = generate("bookstore", tmp_path / "shop")
    update = _update(folder, _changed(folder, version="version: 2, "))
    assert f"{SAMPLES}/OrderShipped.v1.json" in update.keep
    assert f"{SAMPLES}/OrderShipped.v2.json" in update.add
    assert "services/store/src/store/domain/order_upcasters.py" in update.add


def test_a_sample_that_is_gone_comes_again(tmp_path: Path) -> None:
    folder = generate("bookstore", tmp_path / "shop")
    (folder / f"{SAMPLES}/OrderShipped.v1.json").unlink()
    assert f"{SAMPLES}/OrderShipped.v1.json" in _update(folder, _changed(folder, version="")).add
