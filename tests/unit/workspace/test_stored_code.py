"""Compiled templates are kept below $SKAFU_HOME, and taken from there only when nobody else can have written them."""

import marshal
from pathlib import Path
from types import CodeType

import pytest

from skafu.scaffold import FileTree, load, render
from skafu.scaffold.shelf import Shelf
from skafu.workspace.stored_code import stored_code

FILES = FileTree(
    {"copier.yml": b"name: shop\nloud: '{{ name|upper }}'", "{{ name }}.txt.jinja": b"Hello {{ loud }}", "plain": b"x"}
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SKAFU_HOME", str(tmp_path))
    return tmp_path / "compiled"


def rendered(files: FileTree = FILES, name: str = "shop") -> tuple[Shelf, bytes]:
    with stored_code(files, None) as shelf:
        tree = render(load(files, shelf=shelf), {"name": name})
    return shelf, tree[f"{name}.txt"].content


def stored(home: Path) -> Path:
    (found,) = home.iterdir()
    return found


def test_the_second_process_compiles_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, content = rendered()
    assert first.grew
    assert stored(home).stat().st_mode & 0o777 == 0o600
    assert home.stat().st_mode & 0o777 == 0o700
    monkeypatch.setattr("jinja2.environment.generate", _never)
    second, again = rendered()
    assert not second.grew
    assert content == again == b"Hello SHOP"


def _never(*_: object, **__: object) -> None:
    raise AssertionError("compiled once more")


def test_another_template_is_another_file(home: Path) -> None:
    rendered()
    rendered(FileTree({**FILES, "more": b""}))
    assert len(list(home.iterdir())) == 2


def test_which_files_are_binary_is_found_out_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"cookiecutter.json": b'{"name": "a"}', "{{cookiecutter.name}}/a.png": b"{{ x }}"}
    tree = FileTree(files)
    with stored_code(tree, "cookiecutter") as shelf:
        first = render(load(tree, shelf=shelf), {})
    assert first["a/a.png"].content == b"{{ x }}"
    monkeypatch.setattr("skafu.scaffold.cookiecutter_template.is_binary", _never)
    with stored_code(tree, "cookiecutter") as shelf:
        assert render(load(tree, shelf=shelf), {}) == first
    assert len(list(home.iterdir())) == 1


def test_settings_of_jinja_make_other_code() -> None:
    shelf = Shelf()
    files = {"a.jinja": b"[[ 1 ]]{{ 2 }}"}
    assert render(load(files, shelf=shelf), {})["a"].content == b"[[ 1 ]]2"
    envops = b'_envops: {variable_start_string: "[[", variable_end_string: "]]"}'
    assert render(load({**files, "copier.yml": envops}, shelf=shelf), {})["a"].content == b"1{{ 2 }}"


@pytest.mark.parametrize("damage", [b"", b"junk", b"skafu code 2\n" + bytes(32) + b"junk"])
def test_what_is_damaged_is_ignored_and_mended(damage: bytes, home: Path) -> None:
    rendered()
    stored(home).write_bytes(damage)
    shelf, content = rendered()
    assert (shelf.grew, content) == (True, b"Hello SHOP")
    assert not rendered()[0].grew


def test_one_changed_byte_is_noticed(home: Path) -> None:
    rendered()
    content = bytearray(stored(home).read_bytes())
    content[-5] ^= 1
    stored(home).write_bytes(content)
    assert rendered()[0].grew


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_may_write_to_is_not_read(mode: int, home: Path) -> None:
    rendered()
    stored(home).chmod(mode)
    assert rendered()[0].grew


@pytest.mark.parametrize("mode", [0o770, 0o707])
def test_nor_is_a_folder_that_others_may_write_to(mode: int, home: Path) -> None:
    rendered()
    before = stored(home).read_bytes()
    home.chmod(mode)
    with stored_code(FILES, None) as shelf:
        assert shelf.codes == {}
        shelf.put("x", compile("1", "x", "eval"))
    assert stored(home).read_bytes() == before


def test_nor_is_a_link(home: Path, tmp_path: Path) -> None:
    rendered()
    place = stored(home)
    place.rename(tmp_path / "elsewhere")
    place.symlink_to(tmp_path / "elsewhere")
    assert rendered()[0].grew
    assert not place.is_symlink()


def test_a_disk_that_says_no_is_no_harm(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home.parent.joinpath("file").write_text("")
    monkeypatch.setenv("SKAFU_HOME", str(home.parent / "file"))
    assert rendered()[1] == b"Hello SHOP"


def test_old_files_are_dropped(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skafu.workspace.stored_code._MOST_FILES", 2)
    for number in range(4):
        rendered(FileTree({**FILES, "more": f"{number}".encode()}))
    assert len(list(home.iterdir())) == 2


def test_only_code_is_kept(home: Path) -> None:
    rendered()
    payload = marshal.loads(stored(home).read_bytes()[len(b"skafu code 1\n") + 32 :])  # noqa: S302
    assert all(isinstance(one, CodeType) for one in payload.values())
    assert b"Hello {{" not in stored(home).read_bytes()
