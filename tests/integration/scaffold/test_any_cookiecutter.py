"""Cookiecutter templates made at random: Cookiecutter and the engine render the same, or both refuse."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cookiecutter_oracle import bake
from copier_oracle import write_tree
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from skafu.kernel.errors import SkafuError
from skafu.scaffold import File, FileTree, Place, Value, load, render

TEXTS = st.sampled_from(
    [
        *("", "a", "b c", "é☃", "{{ cookiecutter.p }}", "{{ cookiecutter.q|upper }}", "{{ cookiecutter.r }}", "x/y"),
        *(
            "{{ missing }}",
            "{{ 1 + 1 }}",
            "{% if cookiecutter.p %}on{% endif %}",
            "line\r\nline",
            "a\nb",
            "{{ cookiecutter._raw }}",
        ),
    ]
)
SAFE = st.sampled_from(
    ["a", "b c", "é☃", "{{ cookiecutter.name }}", ["x", "y"], True, False, {"k": ["v", 1]}, 5, "a\nb"]
)
PLAIN = st.one_of(TEXTS, st.sampled_from([None, True, False, 0, 1, 2.5, -3, 10**20]))
VALUES = st.one_of(
    PLAIN,
    st.one_of(*[st.lists(PLAIN, min_size=1, max_size=3)] * 5, st.just([])),
    st.dictionaries(TEXTS, st.one_of(PLAIN, st.dictionaries(TEXTS, PLAIN, max_size=2)), max_size=2),
)
VARIABLES = st.fixed_dictionaries(
    {
        "name": st.sampled_from([*["proj"] * 12, "p/q", "", "{{ cookiecutter.q }}"]),
        "_raw": st.one_of(*[SAFE] * 5, VALUES),
        "p": st.one_of(*[SAFE] * 5, VALUES),
        "q": st.one_of(*[SAFE] * 5, VALUES),
        "r": st.one_of(*[SAFE] * 5, VALUES),
    },
    optional={
        "__late": VALUES,
        "_new_lines": st.sampled_from([*["\n", "\r\n", "\r", "", None] * 2, "x"]),
        "_copy_without_render": st.lists(
            st.sampled_from(["*.raw", "d", "d/*", "a", "{{cookiecutter.q}}*"]), max_size=2
        ),
        "_jinja2_env_vars": st.sampled_from(
            [{}, {"trim_blocks": True}, {"lstrip_blocks": True}, {"newline_sequence": "\r\n"}, {"autoescape": True}]
        ),
        "_extensions": st.sampled_from([*[[], ["jinja2.ext.do"]] * 5, ["nowhere.X"]]),
        "__prompts__": st.just({"p": "What?"}),
    },
)
ANSWERS = st.dictionaries(st.sampled_from(["p", "q", "r", "unknown"]), st.one_of(*[SAFE] * 5, VALUES), max_size=2)
NAMES = st.sampled_from(
    [
        *("a", "b.txt", "c.raw", "d", "e.png", "{{cookiecutter.q}}", "{{cookiecutter.p}}.txt"),
        *("g", "h.html", "i.md", "j.py", "k", "sub", "{{cookiecutter.r}}"),
        *(
            "{% if cookiecutter.p %}f{% endif %}",
            "{% if not cookiecutter.p %}f{% endif %}",
            "{{cookiecutter.q}}.raw",
            "A",
        ),
    ]
)
CONTENTS = st.one_of(
    st.lists(
        st.sampled_from(
            [
                *(
                    "text",
                    "ü☃",
                    "\n",
                    "\r\n",
                    "\r",
                    " ",
                    "}}",
                    "{",
                    "{# c #}",
                    "{{ cookiecutter.p }}",
                    "{{ cookiecutter }}",
                ),
                *(
                    "{{ cookiecutter.q }}",
                    "{{ missing }}",
                    "{% if cookiecutter.p %}\n yes\n{% endif %}\n",
                    "{{ _cookiecutter }}",
                ),
                *("{% include 'shared' %}", "{{ cookiecutter.r|jsonify }}", "{{ 'a\r\nb' }}", "{{ 'B c'|slugify }}"),
            ]
        ),
        max_size=5,
    ).map(lambda parts: "".join(parts).encode()),
    st.binary(max_size=12),
    st.sampled_from([b"\0\1\2" * 9, b"\x89PNG\r\n\x1a\n", b"%PDF-1.4", b"caf\xe9 latin", b"{{ missing }}"]),
)
FILES = st.one_of(
    *[st.builds(File, CONTENTS, executable=st.booleans())] * 20,
    st.sampled_from(
        [File(b"", link="a"), File(b"", link="../outside"), File(b"", link="d"), File(b"", link="nowhere")]
    ),
)
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)


def _agree(folder: Path, template: FileTree, answers: dict[str, Value]) -> None:
    source, destination = write_tree(folder / "template", template), folder / "rendered"
    place = Place(source=str(source), destination=str(destination))
    try:
        rendered: FileTree | None = render(load(template), answers, place=place)
        refusal = ""
    except SkafuError as error:
        rendered, refusal = None, str(error)
    try:
        baked: FileTree | None = bake(source, answers, destination)
    except BaseException as error:  # noqa: BLE001 - whatever Cookiecutter raises, it refuses
        baked = None
        why = f"{type(error).__name__}: {error}"
    else:
        why = ""
    event("refused" if rendered is None else f"rendered {min(len(rendered), 3)} files")
    if rendered is None and any(words in refusal for words in ("on some systems", "leads out", "no plain value")):
        return
    assert rendered == baked, (refusal, why)


def _has_clashing_paths(files: dict[str, File]) -> bool:
    return any(other.startswith(f"{path}/") for path in files for other in files)


@settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(
    VARIABLES, st.dictionaries(PATHS, FILES, max_size=4).filter(lambda files: not _has_clashing_paths(files)), ANSWERS
)
def test_same_or_both_refuse(variables: dict[str, Any], files: dict[str, File], answers: dict[str, Any]) -> None:
    inside = {f"{{{{cookiecutter.name}}}}/{path}": file for path, file in files.items()}
    template = FileTree(
        {
            **inside,
            "{{cookiecutter.name}}/keep": b"",
            "{{cookiecutter.name}}/shared": b"shared {{ cookiecutter.name }}\n",
            "outside": b"{{ kept }}",
            "cookiecutter.json": json.dumps(variables).encode(),
        }
    )
    with TemporaryDirectory() as folder:
        _agree(Path(folder), template, answers)
