import threading
import time
from pathlib import Path

import pytest

from skafu.kernel.errors import Unavailable
from skafu.proof.environments import InstallFailed, build_once, is_complete, node_environment, run_tool, run_uv


def build_a_file(folder: Path) -> None:
    folder.mkdir()
    (folder / "tool").write_text("built")


def test_a_folder_is_built_once(tmp_path: Path) -> None:
    calls: list[Path] = []

    def build(folder: Path) -> None:
        calls.append(folder)
        build_a_file(folder)

    folder = tmp_path / "tools" / "tool-1"
    assert not is_complete(folder)
    assert build_once(folder, build) == build_once(folder, build) == folder
    assert is_complete(folder)
    assert calls == [folder]


def test_what_a_killed_build_left_is_thrown_away(tmp_path: Path) -> None:
    folder = tmp_path / "tool-1"
    folder.mkdir()
    (folder / "half").touch()

    build_once(folder, build_a_file)

    assert not (folder / "half").exists()
    assert (folder / "tool").read_text() == "built"


def test_a_build_that_failed_is_not_used_and_can_be_tried_again(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        build_a_file(folder)
        raise Unavailable("no network")

    with pytest.raises(Unavailable):
        build_once(tmp_path / "tool-1", fail)

    assert not is_complete(tmp_path / "tool-1")
    build_once(tmp_path / "tool-1", build_a_file)
    assert is_complete(tmp_path / "tool-1")


def test_whoever_comes_second_waits_for_the_first(tmp_path: Path) -> None:
    building, go_on = threading.Event(), threading.Event()
    calls: list[str] = []

    def build(folder: Path) -> None:
        calls.append(threading.current_thread().name)
        building.set()
        go_on.wait(10)
        build_a_file(folder)

    folder = tmp_path / "tool-1"
    first = threading.Thread(target=build_once, args=(folder, build), name="first")
    second = threading.Thread(target=build_once, args=(folder, build), name="second")
    first.start()
    assert building.wait(10)
    second.start()
    second.join(0.1)
    assert second.is_alive()
    go_on.set()
    first.join(10)
    second.join(10)
    assert calls == ["first"]


def test_a_failing_installer_says_why() -> None:
    with pytest.raises(InstallFailed, match="no such option") as failed:
        run_tool(["sh", "-c", "echo no such option >&2; exit 2"])
    assert not failed.value.offline


def test_without_a_registry_the_error_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    begun = time.monotonic()
    with pytest.raises(InstallFailed, match="Failed to fetch") as failed:
        run_uv(
            ["pip", "install", "no-such-package", "--target", str(tmp_path / "target")],
            env={"UV_INDEX_URL": "http://127.0.0.1:9/simple", "UV_CACHE_DIR": str(tmp_path / "cache")},
        )
    assert failed.value.offline
    assert "check the network" in failed.value.fix
    assert time.monotonic() - begun < 60


def test_without_node_the_error_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match=r"Node\.js is missing; tool needs it") as failed:
        node_environment(tmp_path / "tool")(tmp_path / "built")
    assert "nodejs.org" in failed.value.fix
