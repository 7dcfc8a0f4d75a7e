"""Filters say what is wrong; what they give when all is right is compared with Copier elsewhere."""

import pytest

from skafu.scaffold import TemplateInvalid, load, render


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("1|to_yaml(Dumper=1)", "unknown YAML option 'Dumper'"),
        ("1|to_nice_yaml(stream=1)", "unknown YAML option 'stream'"),
        ("missing|to_nice_yaml", "Undefined cannot be written as YAML"),
        ("1|to_json(cls=1)", "unknown JSON option 'cls'"),
        ("1|to_nice_json(default=1)", "unknown JSON option 'default'"),
        ("missing|to_json", "Undefined cannot be written as JSON"),
        ("'2020-01-01'|from_yaml", "date is no plain value"),
        ("'[2020-01-01]'|from_yaml_all", "date is no plain value"),
        ("'!!python/name:os.system'|from_yaml", "could not determine a constructor"),
        ("missing|mandatory", "a mandatory value is not defined"),
        ("missing|mandatory('say x')", "say x"),
        ("{'a': 1}|combine(missing)", "cannot combine an undefined value"),
        ("{'a': 1}|combine({'a': [missing]})", "cannot combine an undefined value"),
        ("{'a': 1}|combine('b')", "expected mappings but got dict and str"),
        ("{'a': 1}|combine({}, list_merge='x')", "'list_merge' must be one of"),
        ("1|subelements('a')", "obj must be"),
        ("[]|subelements(1)", "subelements must be"),
        ("[{}]|subelements('a')", "could not find 'a'"),
        ("[1]|subelements('a')", "should point to a mapping"),
        ("[{'a': 1}]|subelements('a')", "should point to a list"),
        ("'a'|regex_search('a', 'x')", "'x' is no reference to a group"),
        ("'a'|regex_search('(')", "unterminated subpattern"),
        ("'a'|regex_escape('posix_extended')", "'posix_extended' are not known"),
        ("1|comment('nope')", "nope"),
    ],
)
def test_errors(expression: str, words: str) -> None:
    template = load({"a.jinja": f"\n{{{{ {expression} }}}}".encode()})
    with pytest.raises(TemplateInvalid) as caught:
        render(template, {})
    assert words in str(caught.value)
    assert str(caught.value).startswith("a.jinja:2: ")


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("[]|combine", "{}"),
        ("{'a': none}|to_json(sort_keys=true)", '{"a": null}'),
        ("[3]|from_yaml_all", "[3]"),
        ("{1: 2, 'a': 3}|to_nice_json", '{"1": 2, "a": 3}'),
        ("'b'|extract({'b': {}}, ['c', 'd'])", ""),
        ("dict.fromkeys(['a'])", "{'a': None}"),
        ("2 ** 64", "18446744073709551616"),
        ("2 ** -1", "0.5"),
        ("3 * 4", "12"),
    ],
)
def test_values(expression: str, shown: str) -> None:
    assert render(load({"a.jinja": f"{{{{ {expression} }}}}".encode()}), {})["a"].content.decode() == shown
