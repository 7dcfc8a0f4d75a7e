"""Templates made at random: Copier and the engine render the same, or both refuse."""

from pathlib import Path
from tempfile import TemporaryDirectory

from copier_oracle import copy_with_copier, write_tree
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from skafu.kernel.errors import Invalid
from skafu.scaffold import File, FileTree, Place, Value, load, render

ANSWERS: dict[str, Value] = {
    "on": True,
    "off": False,
    "name": "pkg",
    "none": "",
    "items": ["a", "b"],
    "rows": [{"k": 1}],
}

NAMES = st.sampled_from(
    [
        *("a", "b", "a.jinja", "b.txt", "b.txt.jinja", ".jinja", "pkg", "pkg.jinja", "x.y.z", "d.jinja"),
        *("{{ name }}", "{{ name }}.jinja", "{{ none }}", "{{ missing }}.jinja", "{{ name }}.{{ none }}"),
        *("{% if on %}a{% endif %}", "{% if off %}a{% endif %}.jinja", "{% if on %}a.jinja{% endif %}"),
        *("{% yield i from items %}{{ i }}{% endyield %}", "p{% yield i from items %}-{{ i }}{% endyield %}.jinja"),
        *("{% yield j from rows %}{{ j.k }}{{ i }}{% endyield %}", "{% yield i from missing %}{{ i }}{% endyield %}"),
        *("{{ i }}{{ j.k }}", "{{ _copier_conf.answers_file }}.jinja", "copier.yaml.jinja", "~a", "a.pyc"),
    ]
)
TEXTS = st.lists(
    st.sampled_from(
        [
            *("text", "ü☃", "\n", "\r\n", "\r", "\n\n", " ", "\t", "}}", "%}", "{", "#"),
            *("{{ name }}", "{{ missing }}", "{{ i }}", "{{ rows[0].k }}", "{{- none -}}", "{# c #}", "{{ items }}"),
            *(
                "{% if on %}\n yes\n{% endif %}\n",
                "{% for x in items -%}\n {{ x }}\n{% endfor %}",
                "{% raw %}{{{% endraw %}",
            ),
            *(
                "{{ 'a\r\nb' }}",
                "{% set v = 1 %}{{ v }}",
                "{% include 'shared' %}",
                "{{ _copier_answers|to_nice_yaml }}",
            ),
        ]
    ),
    max_size=6,
).map("".join)
CONTENTS = st.one_of(TEXTS.map(str.encode), st.binary(max_size=6))
FILES = st.builds(File, CONTENTS, executable=st.booleans())
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
OPTIONS = st.sampled_from(
    [
        *(
            "",
            "_templates_suffix: ''",
            "_templates_suffix: .txt",
            "_exclude: ['a', '*.pyc']",
            "_exclude: ['!a', '/b*']",
        ),
        *("_envops: {keep_trailing_newline: false}", "_envops: {trim_blocks: true, lstrip_blocks: true}"),
        *("_subdirectory: a", "_subdirectory: '{{ name }}'", "_answers_file: pkg", 'q: {default: "{{ name }}"}'),
    ]
)


def _agree(folder: Path, template: FileTree) -> None:
    source, destination = write_tree(folder / "template", template), folder / "rendered"
    try:
        rendered = render(load(template), ANSWERS, place=Place(source=str(source), destination=str(destination)))
    except Invalid as error:
        _both_refuse(source, destination, str(error))
        return
    try:
        copied = copy_with_copier(source, ANSWERS, destination)
    except (OSError, AssertionError):
        # Copier also makes the folders of files that are left out, and then trips over files of that name.
        return
    event(f"rendered {min(len(rendered), 3)} files")
    assert dict(rendered) == dict(copied)


def _both_refuse(source: Path, destination: Path, refusal: str) -> None:
    try:
        copied = copy_with_copier(source, ANSWERS, destination)
    except Exception:  # noqa: BLE001 - whatever Copier raises, it refuses too
        return
    # Where two files render to the answers file, Copier lets the file system decide which wins.
    assert "renders to" in refusal, f"the engine says {refusal!r}, Copier gives {dict(copied)}"


def _has_clashing_paths(files: dict[str, File]) -> bool:
    return any(other.startswith(f"{path}/") for path in files for other in files)


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(
    st.dictionaries(PATHS, FILES, max_size=5).filter(lambda files: not _has_clashing_paths(files)),
    OPTIONS,
    FILES,
)
def test_same_or_both_refuse(files: dict[str, File], options: str, shared: File) -> None:
    template = FileTree({**files, "copier.yml": options.encode(), "shared": shared})
    with TemporaryDirectory() as folder:
        _agree(Path(folder), template)
