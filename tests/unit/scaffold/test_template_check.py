"""What the check of a template finds, each with its file and line, and what it leaves alone."""

from datetime import UTC, datetime

import pytest

from skafu.scaffold import File, Place, Value
from skafu.scaffold.checking import Finding, Report, check_template

Files = dict[str, File | bytes]
PLACE = Place(destination="/out", now=datetime(2026, 1, 1, tzinfo=UTC))


def check(files: dict[str, File | bytes | str], limit: int = 100, **answers: Value) -> Report:
    tree: Files = {path: one.encode() if isinstance(one, str) else one for path, one in files.items()}
    return check_template(tree, answers=answers, place=PLACE, limit=limit)


def found(report: Report) -> list[tuple[str, str, str, int]]:
    return [(one.severity, one.code, one.file, one.line) for one in report.findings]


def only(report: Report) -> Finding:
    (one,) = report.findings
    return one


GOOD = {
    "copier.yml": (
        "name: shop\n"
        "kind:\n  type: str\n  choices: [app, library]\n"
        "tested: true\n"
        "runner:\n  type: str\n  default: pytest\n  when: '{{ tested }}'\n"
    ),
    "{{ name }}.py.jinja": 'KIND = "{{ kind }}"\n',
    "{% if tested %}test_{{ name }}.py{% endif %}.jinja": "import {{ runner }}\n",
}


def test_a_good_template_has_no_findings_under_all_its_answers() -> None:
    report = check(dict(GOOD))
    assert report.findings == ()
    assert str(report.coverages[0]) == "every combination of answers was tried, 4 in all"


def test_questions_that_only_some_answers_open_are_answered_too() -> None:
    files = {
        "copier.yml": (
            "a: false\n"
            "b:\n  type: bool\n  default: false\n  when: '{{ a }}'\n"
            "c:\n  type: str\n  choices: [x, y]\n  default: x\n  when: '{{ b }}'\n"
        ),
        "file.txt.jinja": "{% if a and b and c == 'y' %}{{ 1 / 0 }}{% endif %}",
    }
    assert found(check(dict(files))) == [("error", "render", "file.txt.jinja", 1)]


def test_many_answers_are_tried_in_pairs() -> None:
    names = [f"q{number}" for number in range(9)]
    files: dict[str, File | bytes | str] = {"copier.yml": "".join(f"{name}: false\n" for name in names)}
    files["all.txt.jinja"] = "".join(f"{{{{ {name} }}}}" for name in names)
    files["pair.txt.jinja"] = "{% if q2 and q7 %}{{ 1 / 0 }}{% endif %}"
    report = check(files)
    assert found(report) == [("error", "render", "pair.txt.jinja", 1)]
    assert report.coverages[0].possible == 512
    assert report.coverages[0].complete
    assert report.coverages[0].tried <= 16


def test_an_answer_to_a_question_deep_below_others_comes_up_among_many() -> None:
    names = [f"q{number}" for number in range(8)]
    deep = "c:\n  type: str\n  choices: [x, y, z]\n  default: x\n  when: '{{ q0 and q3 and q6 }}'\n"
    files: dict[str, File | bytes | str] = {"copier.yml": "".join(f"{name}: false\n" for name in names) + deep}
    files["all.txt.jinja"] = "".join(f"{{{{ {name} }}}}" for name in names)
    files["deep.txt.jinja"] = "{% if c == 'y' and q0 and q3 and q6 %}{{ 1 / 0 }}{% endif %}"
    assert found(check(files)) == [("error", "render", "deep.txt.jinja", 1)]


def test_every_answer_comes_up_where_its_question_is_asked() -> None:
    names = [f"q{number}" for number in range(8)]
    deep = "c:\n  type: str\n  choices: [v, w, x, y, z]\n  when: '{{ q0 and q3 }}'\n  default: v\n"
    files: dict[str, File | bytes | str] = {"copier.yml": "".join(f"{name}: false\n" for name in names) + deep}
    files["all.txt.jinja"] = "".join(f"{{{{ {name} }}}}" for name in names)
    for letter in "wxyz":
        files[f"{letter}.txt.jinja"] = f"{{% if c == '{letter}' %}}{{{{ 1 / 0 }}}}{{% endif %}}"
    assert [one.file for one in check(files).findings] == [f"{letter}.txt.jinja" for letter in "wxyz"]


def test_the_limit_bounds_the_work_and_is_said() -> None:
    names = [f"q{number}" for number in range(9)]
    files: dict[str, File | bytes | str] = {"copier.yml": "".join(f"{name}: false\n" for name in names)}
    files["all.txt.jinja"] = "".join(f"{{{{ {name} }}}}" for name in names)
    report = check(files, limit=3)
    assert "3 of 512 combinations" in str(report.coverages[0])
    assert "stopped at 3" in str(report.coverages[0])


def test_a_bomb_is_not_set_off_with_every_combination() -> None:
    questions = "".join(f"q{number}: false\n" for number in range(8))
    used = "".join(f"{{{{ q{number} }}}}" for number in range(8))
    bomb = "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}"
    report = check_template({"copier.yml": questions.encode(), "a.jinja": (used + bomb).encode()})
    (finding,) = [one for one in report.findings if one.severity == "error"]
    assert (finding.file, finding.line) == ("a.jinja", 1)
    assert "steps" in finding.message
    (coverage,) = report.coverages
    assert (coverage.tried, coverage.complete) == (3, False)


def test_what_a_text_is_compared_with_is_an_answer_to_try() -> None:
    files = {
        "cookiecutter.json": '{"name": "shop", "docker": "n"}',
        "{{cookiecutter.name}}/a.txt": "{% if cookiecutter.docker|lower == 'y' %}{{ 1 / 0 }}{% endif %}",
    }
    assert found(check(dict(files))) == [("error", "render", "{{cookiecutter.name}}/a.txt", 1)]


@pytest.mark.parametrize(
    ("manifest", "line"),
    [("a: 1\nb: [\n", 3), ("a: 1\nb:\n  choices: 3\n", 2), ("_envops: {nonsense: 1}\n", 1), ("a: !!python/x 1\n", 1)],
)
def test_a_manifest_that_cannot_be_read(manifest: str, line: int) -> None:
    assert found(check({"copier.yml": manifest})) == [("error", "manifest", "copier.yml", line)]


def test_a_manifest_of_cookiecutter_that_cannot_be_read() -> None:
    assert found(check({"cookiecutter.json": '{\n"a": }'})) == [("error", "manifest", "cookiecutter.json", 2)]


def test_syntax_errors_are_told_once_and_all_at_once() -> None:
    files = {"copier.yml": "a: x\n", "{{ a }}.jinja": "\n{% if %}", "b.jinja": "{{ a", "c.jinja": "{{ a }}"}
    assert found(check(dict(files))) == [("error", "syntax", "b.jinja", 1), ("error", "syntax", "{{ a }}.jinja", 2)]
    folder = "{{cookiecutter.a}}"
    files = {"cookiecutter.json": '{"a": "x"}', f"{folder}/{{{{cookiecutter.a}}}}": "\n{% if %}", f"{folder}/b": "{{"}
    assert {one.file for one in check(dict(files)).findings} == {f"{folder}/b", f"{folder}/{folder}"}


def test_undefined_and_unused_names() -> None:
    files = {
        "copier.yml": "name: shop\nport: 80\n",
        "a.txt.jinja": "{{ name }}\n{% for one in range(3) %}{{ one }}{% endfor %}\n{{ prot }}",
        "b.txt.jinja": "{{ extra is defined }}{{ extra }}{{ other | default('x') }}{{ _copier_conf.os }}",
    }
    report = check(dict(files))
    assert found(report) == [("warning", "undefined", "a.txt.jinja", 3), ("warning", "unused", "copier.yml", 2)]
    assert report.findings[0].fix == "did you mean 'port'?"


def test_included_files_know_the_names_of_the_file_that_includes_them() -> None:
    files = {
        "copier.yml": "_subdirectory: t\nnames: [a, b]\n",
        "parts/one.jinja": "{{ name }}{{ nonsense }}",
        "t/{% yield name from names %}{{ name }}{% endyield %}.txt.jinja": "{% include 'parts/one.jinja' %}{{ name }}",
    }
    assert found(check(dict(files))) == [("warning", "undefined", "parts/one.jinja", 1)]


def test_names_of_cookiecutter() -> None:
    files = {
        "cookiecutter.json": '{\n"name": "shop",\n"unused": "x",\n"_private": 1}',
        "{{cookiecutter.name}}/a.txt": "{{ cookiecutter['nam'] }}",
    }
    assert found(check(dict(files))) == [
        ("warning", "unused", "cookiecutter.json", 3),
        ("error", "render", "{{cookiecutter.name}}/a.txt", 1),
        ("error", "undefined", "{{cookiecutter.name}}/a.txt", 1),
    ]


def test_files_that_nothing_renders() -> None:
    files = {
        "copier.yml": "_exclude: ['*.md', copier.yml]\na: x\n",
        "{{ a }}.txt.jinja": "",
        "{% if a == 'y' and a == 'z' %}never.txt{% endif %}": "",
        "b.txt": "",
        "b.txt.jinja": "",
        "README.md": "",
    }
    assert found(check(dict(files))) == [
        ("warning", "unreachable", "b.txt", 0),
        ("warning", "unreachable", "{% if a == 'y' and a == 'z' %}never.txt{% endif %}", 0),
    ]


def test_two_files_on_one_path() -> None:
    files = {
        "copier.yml": "a:\n  type: str\n  default: one\n  choices: [one, two]\n",
        "{{ a }}.txt": "1",
        "two.txt": "2",
        "same.txt": "",
        "{{ 'same' }}.txt": "",
    }
    report = check(dict(files))
    assert found(report) == [
        ("warning", "same_target", "{{ 'same' }}.txt", 0),
        ("error", "same_target", "{{ a }}.txt", 0),
    ]
    assert "a='two'" in report.findings[1].message


@pytest.mark.parametrize(
    ("path", "severity"),
    [
        ("{{ up }}", "error"),
        ("{{ '.git' }}/config", "error"),
        ("{{ 'con' }}.txt", "warning"),
        ("{{ 'a:b' }}", "warning"),
        ("{{ 'dot.' }}", "warning"),
    ],
)
def test_paths_that_are_not_safe_or_not_portable(path: str, severity: str) -> None:
    one = only(
        check({"copier.yml": "_subdirectory: t\na: x\nup: ../x\n", "t/{{ a }}.jinja": "{{ up }}", f"t/{path}": ""})
    )
    assert (one.severity, one.code, one.file) == (severity, "path", f"t/{path}")


def test_a_file_that_goes_to_git() -> None:
    codes = {one.code for one in check({"copier.yml": "_subdirectory: t\n", "t/.git/hooks/x": ""}).findings}
    assert codes == {"git", "path"}


def test_code_is_shown_with_its_lines() -> None:
    files = {
        "copier.yml": (
            "a: x\n_tasks:\n  - make {{ a }}\n  - [git, init]\n"
            "_migrations:\n  - version: v2\n    command: rm old\n"
            "_jinja_extensions:\n  - tools/mine.py:Mine\n"
        ),
        "{{ a }}.jinja": "{{ a }}",
        ".github/workflows/ci.yml": "on: push\n",
    }
    assert found(check(dict(files))) == [
        ("hint", "workflow", ".github/workflows/ci.yml", 0),
        ("warning", "task", "copier.yml", 3),
        ("warning", "task", "copier.yml", 4),
        ("warning", "migration", "copier.yml", 7),
        ("warning", "extension", "copier.yml", 9),
    ]


def test_what_an_extension_may_bring_is_not_missed() -> None:
    files = {
        "copier.yml": "_jinja_extensions: [tools/mine.py:Mine]\n",
        "a.txt.jinja": "{{ name_of_mine | filter_of_mine }}",
        "b.txt.jinja": "{% tag_of_mine %}",
    }
    assert [one.code for one in check(dict(files)).findings] == ["extension"]
    files = {**files, "a.txt.jinja": "{{ 1 < 'changed by the extension' }}", "b.txt.jinja": ""}
    warned = {(one.severity, one.code) for one in check(dict(files)).findings}
    assert warned == {("warning", "extension"), ("warning", "render")}


def test_hooks_are_told_by_what_becomes_of_them() -> None:
    files = {
        "cookiecutter.json": '{"name": "shop", "docs": ["y", "n"]}',
        "hooks/post_gen_project.py": "import os\nif '{{cookiecutter.docs}}' == 'n':\n    os.remove('docs.md')\n",
        "hooks/pre_gen_project.sh": "#!/bin/sh\necho {{cookiecutter.name}}\n",
        "{{cookiecutter.name}}/docs.md": "",
    }
    assert found(check(dict(files))) == [
        ("hint", "hook", "hooks/post_gen_project.py", 0),
        ("warning", "hook", "hooks/pre_gen_project.sh", 0),
    ]


def test_links_that_lead_out() -> None:
    one = only(check({"copier.yml": "_subdirectory: t\n", "t/a": "", "link": File(b"", link="../../etc")}))
    assert (one.severity, one.code, one.file) == ("error", "link", "link")


def test_sizes() -> None:
    one = only(check({"copier.yml": "", "big.bin": b"\0" * 2_000_001}))
    assert (one.code, one.file) == ("size", "big.bin")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.py", "x = [{% for i in range(n) %}{{ i }}{% endfor %}\n", "not_python"),
        ("a.yaml", "a: {{ n }}\n  b: 2\n", "not_yaml"),
        ("a.json", '{"a": {{ n }},}', "not_json"),
        ("a.toml", "a = {{ n }} 2\n", "not_toml"),
    ],
)
def test_what_is_rendered_must_be_what_its_name_says(name: str, content: str, code: str) -> None:
    one = only(check({"copier.yml": "n: 1\n", f"{name}.jinja": content}))
    assert (one.severity, one.code, one.file) == ("error", code, f"{name}.jinja")


def test_what_is_copied_as_it_stands_is_only_warned_of() -> None:
    report = check({"copier.yml": "n: 1\n", "{{ n }}.py": "x = (\n", "stack.yaml": "a: !Ref b\n", "c.json": "// c\n{}"})
    assert (only(report).severity, only(report).code) == ("warning", "not_python")


@pytest.mark.parametrize(
    ("text", "is_python"),
    [
        ("class A[T](object):\n    pass\n", True),
        ("async def f[T](x: T) -> T:\n    return x\n", True),
        ("type A = int\ntype B[T] = list[T]\n", True),
        ('a = f"{x["a"]}"\n', True),
        ("try:\n    pass\nexcept A, B:\n    pass\n", True),
        ("a = t'{x}'\n", True),
        ("class A:\npass pass\n", False),
        ("types = = 1\n", False),
        ("a = 'x' = f'{}'\n", False),
    ],
)
def test_python_may_be_newer_than_the_one_that_checks(text: str, is_python: bool) -> None:
    report = check({"copier.yml": "", "a.py": text})
    assert [one.code for one in report.findings] == ([] if is_python else ["not_python"])


def test_answers_that_nothing_satisfies_and_defaults_that_are_refused() -> None:
    files = {
        "copier.yml": (
            "code:\n  type: str\n  validator: \"{{ 'wrong' if code | length != 41 else '' }}\"\n"
            "size:\n  type: int\n  default: 3\n"
        ),
        "{{ code }}.txt.jinja": "{{ size }}",
    }
    assert (only(check({**files})).code, only(check({**files})).severity) == ("no_answer", "warning")
    assert check({**files}, code="b" * 41).findings == ()


def test_a_combination_that_a_validator_refuses_is_no_error() -> None:
    files = {
        "copier.yml": (
            "low:\n  type: int\n  choices: [1, 3]\n  default: 1\n"
            "high:\n  type: int\n  choices: [2, 4]\n  default: 4\n"
            "  validator: \"{{ 'too low' if high <= low else '' }}\"\n"
        ),
        "a.txt.jinja": "{{ low }}{{ high }}",
    }
    assert check(dict(files)).errors == 0


def test_each_template_of_several_in_one_is_checked() -> None:
    files = {
        "cookiecutter.json": '{"templates": {"a": {"path": "./a"}, "b": {"path": "./b"}}}',
        "a/cookiecutter.json": '{"name": "x"}',
        "a/{{cookiecutter.name}}/f": "",
        "b/cookiecutter.json": '{"name": "x"}',
        "b/{{cookiecutter.name}}/f": "{{ 1 / 0 }}",
    }
    report = check(dict(files))
    assert found(report) == [("error", "render", "b/{{cookiecutter.name}}/f", 1)]
    assert [one.template for one in report.coverages] == ["a", "b"]


def test_what_nests_too_deep_is_a_finding_with_its_place() -> None:
    deep = "{{ " + "(" * 3000 + "name" + ")" * 3000 + " }}"
    report = check({"copier.yml": "name: x", "fine.txt.jinja": "{{ name }}", "deep.txt.jinja": deep})
    assert found(report) == [("error", "syntax", "deep.txt.jinja", 0)]


def test_what_is_looked_at_later_is_said_of_each_template_of_several() -> None:
    files: dict[str, File | bytes | str] = {
        "cookiecutter.json": '{"templates": {"a": {"path": "./a"}, "b": {"path": "./b"}, "c": {"path": "./c"}}}',
        "a/cookiecutter.json": '{"name": "x"}',
        "a/{{cookiecutter.name}}/f": "{{ 1 / 0 }}",
        "b/cookiecutter.json": '{"name": ',
        "c/cookiecutter.json": '{"name": ["x", "y"]}',
        "c/{{cookiecutter.name}}/f": "{% if cookiecutter.name == 'y' %}{{ 1 / 0 }}{% endif %}",
    }
    report = check(files)
    assert [(one.template, one.tried, one.rendered) for one in report.coverages] == [("a", 1, 0), ("c", 2, 1)]
    assert ["none rendered" in str(one) for one in report.coverages] == [True, False]
    assert report.unread == ("b/cookiecutter.json: questions, names and files are not looked at until this is mended",)


def test_files_without_a_manifest_are_said_to_be_none() -> None:
    assert found(check({"a.txt": "x"})) == [("warning", "manifest", "", 0)]
    assert found(check({"copier.yaml": "", "a.txt": "x"})) == []
