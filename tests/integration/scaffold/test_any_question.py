"""Questions made at random: Copier and the engine come to the same answers, or both refuse."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from copier_oracle import copy_with_copier, write_tree
from hypothesis import HealthCheck, event, settings
from hypothesis import given as given_any
from hypothesis import strategies as st

from skafu.kernel.errors import Invalid
from skafu.scaffold import FileTree, Place, load, render

if TYPE_CHECKING:
    from skafu.scaffold import Value

SHOW = b"{{ [p, q, r]|to_json }} {{ _copier_answers|to_json }} {{ [p is defined, q is defined, r is defined] }}"

PLAIN = st.sampled_from(
    [
        *(None, True, False, 0, 1, 2.5, -3, 10**20, "", "a", "b", "1", "2.5", "yes", "off", "~", "null", "[a, 1]"),
        *("{a: 1}", '"a"', "'1'", "[", "- a\n- b", "é", " ", "inf", "1e3", "0x1F", "1_000", "{{ p }}", "{{ 1 + 1 }}"),
        *(
            "{{ UNSET }}",
            "{{ missing }}",
            "{{ [1, 'b'] }}",
            "{{ p|upper }}",
            [],
            ["a"],
            [1, "b"],
            {"a": 1},
            ["{{ p }}"],
        ),
    ]
)
TYPES = st.sampled_from(["str", "int", "float", "bool", "yaml", "json", "path", "str", "yaml", "{{ 'str' }}"])
CONDITIONS = st.sampled_from(
    [True, False, "true", "{{ p }}", "{{ p == 'a' }}", "no", "", "0", "{{ missing }}", "maybe"]
)
CHOICES = st.sampled_from(
    [
        *([], ["a", "b"], [1, 2], ["1", "{{ p }}"], {"A": "a", "B": 1}, [["A", "a"], ["B", "b"]], "[a, b, '{{ p }}']"),
        *({"A": {"value": "a"}, "B": {"value": "b", "validator": "{{ p }}"}}, "{a: 1, b: 2}", [None, "a"], [["a"]]),
        *({"A": {}}, [True, False], [2.5, 1]),
    ]
)
VALIDATORS = st.sampled_from(
    ["", "{% if q == 'a' %}bad{% endif %}", "{{ q.x.y }}", "  ", "{% if not r %}{{ q }}{% endif %}"]
)
QUESTIONS = st.one_of(
    st.fixed_dictionaries(
        {},
        optional={
            "type": TYPES,
            "default": PLAIN,
            "when": CONDITIONS,
            "ask": CONDITIONS,
            "secret": st.booleans(),
            "validator": VALIDATORS,
            "choices": CHOICES,
            "multiselect": st.booleans(),
            "help": st.just("Why?"),
            "qmark": st.sampled_from(["=>", "", None, 3]),
        },
    ),
    PLAIN.filter(lambda value: not isinstance(value, dict)),
)


def _both(folder: Path, questions: dict[str, Any], answers: "dict[str, Value]") -> None:
    config = json.dumps(questions).encode()
    source = write_tree(folder / "template", {"copier.yml": config, "show.jinja": SHOW})
    place = Place(source=str(source), destination=str(folder / "rendered"))
    try:
        rendered: FileTree | None = render(load({"copier.yml": config, "show.jinja": SHOW}), answers, place=place)
    except Invalid:
        rendered = None
    try:
        copied: FileTree | None = copy_with_copier(source, answers, folder / "rendered")
    except Exception:  # noqa: BLE001 - whatever Copier raises, it refuses
        copied = None
    event("refused" if rendered is None else "rendered")
    assert rendered == copied


@settings(max_examples=250, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given_any(
    st.fixed_dictionaries({"p": PLAIN, "q": QUESTIONS, "r": QUESTIONS}),
    st.dictionaries(st.sampled_from(["p", "q", "r", "extra"]), PLAIN, max_size=3),
)
def test_same_answers_or_both_refuse(questions: dict[str, Any], answers: "dict[str, Value]") -> None:
    with TemporaryDirectory() as folder:
        _both(Path(folder), {name: written for name, written in questions.items() if written is not None}, answers)
