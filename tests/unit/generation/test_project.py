"""A project is the rendered template, laid out, with the blueprint and a lock that knows every file."""

from collections.abc import Mapping

from small_systems import DESK, system_of

from skafu.blueprint.lock import LOCK_PATH, digest, read_lock
from skafu.generation.project import build_project, system_template
from skafu.scaffold import File, FileTree, load
from skafu.scaffold.merging import BASE_PATH, unpacked

TEMPLATE = FileTree(
    {
        "copier.yml": b"_subdirectory: template\n_preserve_symlinks: true\n"
        b"system: {type: yaml}\nservices: {type: yaml}\n",
        "template/README.md.jinja": b"# {{ system.title }}\n",
        "template/run.sh": File(b"#!/bin/sh\n", executable=True),
        "template/link": File(b"", link="run.sh"),
        (
            "template/services/{% yield service from services %}{{ service.name }}{% endyield %}/src/"
            "{{ service.package }}/domain/order_rules.py.jinja"
        ): b"NAME = '{{ service.name }}'\n",
    }
)
SYSTEM = system_of(DESK.replace("FIELDS", "{title: text}"))
BLUEPRINT = "name: small  # ü\r\n"


class Shouting:
    """Lays out Python in capitals."""

    name = "shouting 1"

    def format(self, files: Mapping[str, bytes]) -> Mapping[str, bytes]:
        return {path: content.upper() for path, content in files.items() if path.endswith(".py")}


def _build() -> FileTree:
    return build_project(SYSTEM, BLUEPRINT, system_template("system", TEMPLATE, load(TEMPLATE)), Shouting())


def test_files() -> None:
    tree = _build()
    rules = "services/desk/src/desk/domain/order_rules.py"
    assert set(tree) == {LOCK_PATH, BASE_PATH, "README.md", "run.sh", "link", rules, "skafu.yaml"}
    assert tree[rules].content == b"NAME = 'DESK'\n"
    assert tree["README.md"].content == b"# Small\n"
    assert tree["run.sh"].executable
    assert tree["link"].link == "run.sh"
    assert tree["skafu.yaml"].content == BLUEPRINT.encode()


def test_the_lock_knows_every_file_but_itself() -> None:
    tree = _build()
    lock = read_lock(tree[LOCK_PATH].content)
    assert set(lock.files) == set(tree) - {LOCK_PATH, BASE_PATH}
    assert (lock.template, lock.formatter) == ("system", "shouting 1")
    assert lock.blueprint_digest == digest(BLUEPRINT.encode())
    rules = lock.files["services/desk/src/desk/domain/order_rules.py"]
    assert (rules.sha256, rules.owner, rules.element) == (
        digest(b"NAME = 'DESK'\n"),
        "yours",
        "services.desk.aggregates.Order",
    )
    assert lock.files["link"].sha256 == digest(b"run.sh")
    assert {path: one.owner for path, one in lock.files.items() if one.owner != "generated"} == {
        "README.md": "shared",
        "skafu.yaml": "yours",
        "services/desk/src/desk/domain/order_rules.py": "yours",
    }


def test_a_copy_of_everything_is_kept_for_updates() -> None:
    tree = _build()
    assert unpacked(tree[BASE_PATH].content) == {
        path: file for path, file in tree.items() if path not in {LOCK_PATH, BASE_PATH}
    }


def test_the_lock_is_read_by_people_in_differences() -> None:
    lines = _build()[LOCK_PATH].content.decode().splitlines()
    assert max(len(line) for line in lines) < 300
    paths = [line.strip().split('"')[1] for line in lines if line.startswith('  "')]
    assert paths == sorted(paths)


def test_digests_change_with_what_they_are_of() -> None:
    other = FileTree({**TEMPLATE, "template/more": b"more"})
    first = read_lock(_build()[LOCK_PATH].content)
    tree = build_project(
        system_of(DESK.replace("FIELDS", "{name: text}")),
        BLUEPRINT,
        system_template("system", other, load(other)),
        Shouting(),
    )
    second = read_lock(tree[LOCK_PATH].content)
    assert first.template_digest != second.template_digest
    assert first.answers_digest != second.answers_digest
    assert first.blueprint_digest == second.blueprint_digest


def test_the_same_again() -> None:
    assert _build() == _build()
