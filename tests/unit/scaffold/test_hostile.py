"""Template text is hostile input: whatever it tries, it gets an error and nothing else happens."""

from typing import Any

import pytest

from skafu.kernel.errors import Invalid
from skafu.scaffold import AnswerInvalid, File, FileTree, TemplateInvalid, Value, load, render

ESCAPES = [
    "{{ ''.__class__ }}",
    "{{ ''['__class__'] }}",
    "{{ ''|attr('__class__') }}",
    "{{ [''.__class__.__mro__] }}",
    "{{ items.__len__() }}",
    "{{ '{0.__class__}'.format(items) }}",
    "{{ '{x.__class__}'.format_map({'x': items}) }}",
    "{{ ['a']|map(attribute='__class__')|list }}",
    "{{ items|map('attr', '__doc__')|list }}",
    "{{ range.__globals__ }}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ namespace.__init__ }}",
    "{{ self.__init__ }}",
    "{{ self._TemplateReference__context }}",
    "{% macro m() %}{% endmacro %}{{ m.__call__ }}",
    "{% macro m() %}{% endmacro %}{{ m._func }}",
    "{% for i in items %}{{ loop._iterable }}{% endfor %}",
    "{{ (1).__class__.__base__.__subclasses__() }}",
    "{{ dict.__base__ }}",
    "{{ dict.mro() }}",
    "{{ pathjoin.__globals__ }}",
    "{{ pathjoin.__closure__ }}",
    "{{ now.__closure__ }}",
    "{% import 'inner' as m %}{{ m.__init__ }}",
    "{{ (items|map('upper')).gi_frame }}",
    "{{ (items|map('upper')).gi_code }}",
    "{{ '{0.__init__.__globals__}'.format(cycler) }}",
    "{{ '{0[__class__]}'.format('') }}",
    "{{ ''['__cla' ~ 'ss__'] }}",
    "{{ joiner.__init__ }}",
    "{{ lipsum.__globals__ }}",
    "{{ undefined.__class__ }}",
    "{{ undefined._undefined_exception }}",
    "{{ items|groupby('__class__') }}",
    "{{ items|sort(attribute='__class__') }}",
    "{{ items|selectattr('__class__')|list }}",
    "{{ items|sum(attribute='__class__') }}",
    "{{ items.__reduce_ex__(2) }}",
    "{{ dict(a=1).__class__ }}",
    "{{ _('x') }}",
    "{{ _copier_conf.dst_path.__class__ }}",
    "{{ _copier_conf.dst_path.read_text() }}",
    "{% include items %}",
    "{% include '../../etc/passwd' %}",
    "{% include '/etc/passwd' %}",
]

CHANGES_OF_COPIES = [
    "{{ items.append(3) }}{{ items }}",
    "{{ items.sort() }}{{ items }}",
    "{{ mapping.update({'b': 2}) }}{{ mapping }}",
    "{{ mapping.pop('a') }}{{ mapping }}",
    "{{ mapping.setdefault('z', 1) }}{{ mapping }}",
    "{{ listed.append(3) }}{{ listed }}",
    "{{ deep.a.append(3) }}{{ deep }}",
    "{{ _copier_answers.clear() }}{{ _copier_answers }}",
    "{{ _copier_conf.update(a=1) }}{{ _copier_conf.a }}",
]

MUTATIONS = [
    "{{ mapping|attr('clear') }}",
    "{{ mapping['clear']() }}",
    "{{ dict.update(mapping, {'b': 2}) }}",
    "{{ dict.clear(mapping) }}",
    "{{ [mapping]|map(attribute='clear')|list }}",
    "{% set mapping.a = 2 %}",
]

UNREPEATABLE = [
    "{{ now() }}",
    "{{ make_secret() }}",
    "{{ lipsum(n=100000) }}",
    "{{ items|random }}",
    "{{ 9|ans_random }}",
    "{{ items|shuffle }}",
    "{{ '52:54'|random_mac }}",
    "{{ '%Y'|strftime }}",
    "{{ ('2020-01-01 00:00:00'|to_datetime).now() }}",
    "{{ 'x'|random_mac }}",
    "{{ ''|strftime(1) }}",
    "{{ '~'|expanduser }}",
    "{{ '$HOME'|expandvars }}",
    "{{ '.'|realpath }}",
    "{{ '.'|relpath }}",
    "{{ '/etc/*'|fileglob }}",
]

BOMBS = [
    "{{ 2 ** 100000000 }}",
    "{{ 'x' * 1000000000 }}",
    "{{ 1000000000 * [1] }}",
    "{{ range(1000000)|list }}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% include 'file' %}",
]


@pytest.mark.parametrize("text", ESCAPES + MUTATIONS + UNREPEATABLE + BOMBS)
def test_refused_with_file_and_line(text: str) -> None:
    items: list[Value] = [2, 1]
    mapping: dict[str, Value] = {"a": 1}
    template = load({"file.jinja": f"first\n{text}".encode(), "inner": b"", "file": f"\n{text}".encode()})
    with pytest.raises(TemplateInvalid) as refused:
        render(template, {"items": items, "mapping": mapping})
    assert refused.value.file in {"file.jinja", "file"}
    # jinja2 counts the line of an assignment one too low.
    assert refused.value.line == (1 if "set mapping.a" in text else 2)
    assert items == [2, 1]
    assert mapping == {"a": 1}


@pytest.mark.parametrize("text", CHANGES_OF_COPIES)
def test_changes_reach_no_other_rendering(text: str) -> None:
    items: list[Value] = [2, 1]
    mapping: dict[str, Value] = {"a": 1}
    questions = b"listed: [1, 2]\ndeep: {default: {a: [1]}, type: yaml}\n"
    template = load({"copier.yml": questions, "file.jinja": text.encode()})
    trees = [render(template, {"items": items, "mapping": mapping}) for _ in range(2)]
    assert trees[0] == trees[1]
    assert (items, mapping) == ([2, 1], {"a": 1})


@pytest.mark.parametrize(
    "path",
    [
        *(
            "../x",
            "a/../../x",
            "..",
            "/x",
            "x/../y",
            ".git/hooks/x",
            "a/.GIT/config",
            "git~1/x",
            ".git./x",
            ".git :x/y",
            ".g\u200cit/x",
            "a\\b",
            "a\0b",
            "x" * 256,
        ),
        *(".", "./.", "é" * 128),
    ],
)
def test_unsafe_rendered_paths_are_refused(path: str) -> None:
    template = load({"copier.yml": b"_exclude: []", "{{ path }}": b""})
    with pytest.raises(TemplateInvalid, match="the rendered path"):
        render(template, {"path": path})


@pytest.mark.parametrize(
    ("first", "second"),
    [("readme", "README"), ("straße", "STRASSE"), ("caf\u00e9", "cafe\u0301"), ("a", "a/b"), ("A", "a/b"), ("x", "x")],
)
def test_paths_that_meet_are_refused(first: str, second: str) -> None:
    template = load({"{{ first }}": b"1", "{{ second }}": b"2"})
    with pytest.raises(TemplateInvalid, match="renders to"):
        render(template, {"first": first, "second": second})


@pytest.mark.parametrize("target", ["/etc/passwd", "../x", "a/../../x", "..", "{{ up }}/x"])
def test_links_out_of_the_tree_are_refused(target: str) -> None:
    files: dict[str, bytes | File] = {"copier.yml": b"_preserve_symlinks: true", "link.jinja": File(b"", link=target)}
    with pytest.raises(TemplateInvalid, match="leads out"):
        render(load(files), {"up": ".."})
    with pytest.raises(TemplateInvalid, match="lead"):
        render(load({"link": File(b"", link=target)}), {"up": ".."})


def test_links_that_lead_out_by_another_link_are_refused() -> None:
    files: dict[str, bytes | File] = {
        "copier.yml": b"_preserve_symlinks: true",
        "p/q/r/{{ d }}": File(b"", link="../../../a"),
        "l": File(b"", link="p/q/r/d/../../x"),
        "a/b": b"",
    }
    with pytest.raises(TemplateInvalid, match="by another link"):
        render(load(files), {"d": "d"})
    assert render(load({**files, "l": File(b"", link="p/q/r/d/b")}), {"d": "d"})["l"].link == "p/q/r/d/b"


def test_links_in_circles_are_refused() -> None:
    files = {"a": File(b"", link="b"), "b": File(b"", link="a"), "d/e": File(b"", link="../d")}
    with pytest.raises(TemplateInvalid, match="circle"):
        render(load(files), {})


def test_links_that_multiply_files_are_refused() -> None:
    files: dict[str, bytes | File] = {f"0/{i}": b"" for i in range(10)}
    files |= {f"{level}/{i}": File(b"", link=f"../{level - 1}") for level in range(1, 10) for i in range(10)}
    with pytest.raises(TemplateInvalid, match="beyond measure"):
        load(files)


class Loud(str):
    """A text with code of its own."""

    __slots__ = ()


@pytest.mark.parametrize(
    "value",
    [object(), print, {1, 2}, (1, 2), b"x", Loud("x"), [Loud("x")], {Loud("x"): 1}, {"a": [{"b": object()}]}, 1j],
)
def test_only_plain_values_reach_a_template(value: Any) -> None:  # noqa: ANN401
    with pytest.raises(AnswerInvalid, match="no plain value"):
        render(load({"a.jinja": b"{{ x }}"}), {"x": value})


def test_endless_and_huge_answers_are_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    laughs: list[Any] = ["ha"]
    for _ in range(12):
        laughs = [laughs] * 9
    for value in (endless, laughs):
        with pytest.raises(AnswerInvalid, match="more than"):
            render(load({}), {"x": value})


@pytest.mark.parametrize(
    "text",
    [
        "a: !!python/object/apply:os.system ['true']",
        "a: !!python/name:os.system",
        "a: !include ../x.yml",
        "a: !include /x.yml",
        "a: !include copier.yml",
        "a: !include [x]",
        "a: 2020-01-01",
        "a: !!set {b}",
        "a: !!binary aGk=",
        "- a\n- b",
        "x",
        "1: a",
        "a: &a [x]\nb: &b [" + ", ".join(["*a"] * 9) + "]\nc: &c [" + ", ".join(["*b"] * 9) + "]\na: [*d]",
        "a: " + "[" * 2000,
        "a: \x00",
    ],
)
def test_hostile_copier_yml_is_refused(text: str) -> None:
    with pytest.raises(TemplateInvalid, match=r"copier\.yml"):
        load({"copier.yml": text.encode()})


def test_yaml_bombs_are_refused() -> None:
    lines = ["_a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"_a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 9)]
    with pytest.raises(TemplateInvalid, match="more than"):
        load({"copier.yml": "\n".join([*lines, "q: *a8"]).encode()})


@pytest.mark.parametrize("path", ["/a", "a//b", "../a", "a/..", "", ".", "a\\b", "a\0", "a/"])
def test_trees_hold_only_safe_paths(path: str) -> None:
    with pytest.raises(Invalid, match="no path for a file tree"):
        FileTree({path: b""})
