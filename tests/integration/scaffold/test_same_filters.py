"""The filters that Copier bundles, rendered by Copier and by the engine, must give the same bytes."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from copier_oracle import assert_same_as_copier, write_tree

if TYPE_CHECKING:
    from skafu.scaffold import Value

FILTERS = [
    """{{ words|to_json }} {{ words|to_yaml }} {{ words|to_nice_yaml }}
{{ words|to_nice_yaml(indent=2, width=20) }}""",
    """{{ deep|to_json(indent=2, sort_keys=true) }} {{ deep|to_nice_json }} {{ deep|to_nice_json(2) }}
{{ deep|to_yaml }}""",
    """{{ deep|to_nice_yaml(sort_keys=false) }} {{ {1: 'a', 'b': 2}|to_nice_json }}
{{ words|map('upper')|to_json }}""",
    """{{ deep.items()|list|to_nice_yaml }} {{ 'é☃ "q" \\n'|to_nice_yaml }} {{ long|to_nice_yaml }}
{{ 1.5|to_yaml }}""",
    """{{ '[1, {"a": null}]'|from_json }} {{ 'a: [1, yes]'|from_yaml }}
{{ 'a: 1\n---\nb: 2'|from_yaml_all|list }}""",
    """{{ 5|from_yaml }} {{ 'x y'|b64encode }} {{ 'eCB5'|b64decode }} {{ 'a'|to_uuid }} {{ 5|to_uuid }}""",
    """{{ '/a/b.c'|basename }} {{ '/a/b.c'|dirname }} {{ 'b.tar.gz'|splitext }}
{{ 'c:\\\\a\\\\b'|win_basename }}""",
    """{{ 'c:\\\\a\\\\b'|win_dirname }} {{ 'c:\\\\a'|win_splitdrive }}""",
    """{{ ['yes', 'On', '1', 1, 'true', 'no', none, '', 0, 2, 1.0]|map('bool')|list }}""",
    """{{ "it's"|quote }} {{ 'plain'|quote }} {{ 'a b'|quote }} {{ ''|quote }} {{ 3|quote }}""",
    """{{ 'x'|md5 }} {{ 'x'|sha1 }} {{ 'x'|checksum }} {{ 'x'|hash }} {{ 'x'|hash('sha256') }}
{{ 'x'|hash('nope') }} {{ 7|sha1 }}""",
    """{{ 'foobar'|regex_replace('o+', 'X') }} {{ 'FOO'|regex_replace('o', '0', true) }}
{{ 'ab'|regex_replace('(a)(b)', '\\\\2\\\\1') }}""",
    """{{ 'a1b22'|regex_findall('[0-9]+') }} {{ 'A\nb'|regex_findall('^[ab]$', true, true) }}""",
    """{{ 'a1b22'|regex_search('[0-9]+') }} {{ 'a1b22'|regex_search('(?P<l>b)([0-9]+)', '\\\\g<l>', '\\\\2') }}""",
    """{{ 'zz'|regex_search('a') }} {{ 'AA'|regex_search('a', ignorecase=true) }} {{ 'a.b[c]'|regex_escape }}""",
    """{{ 'a.b[c]$'|regex_escape('posix_basic') }} {{ true|ternary('y', 'n') }} {{ none|ternary(1, 2, 3) }}
{{ 0|ternary(1, 2) }}""",
    """{{ 'text'|mandatory }} {{ 'a\n\nb'|comment }} {{ 'a'|comment('cblock') }} {{ 'a\nb'|comment('xml') }}""",
    """{{ 'a'|comment('c') }} {{ 'a'|comment('erlang') }} {{ 'a'|comment(decoration='; ') }}""",
    """{{ 'a'|comment('plain', prefix='#######\n#', postfix='#\n#######\n   ###\n    #') }}""",
    """{{ 'a'|comment(prefix_count=2, postfix_count=0, beginning='B', end='E', newline='\n\t') }}""",
    """{{ 1|type_debug }} {{ 'a'|type_debug }} {{ words|type_debug }}""",
    """{{ {'a': 1, 'l': [1, 2]}|combine({'b': 2, 'l': [2, 3]}) }} {{ [{'a': 1}, {'a': 2}]|combine }}
{{ {'a': 1}|combine }}""",
    """{% for how in ['replace', 'keep', 'append', 'prepend', 'append_rp', 'prepend_rp'] %}
{% set x, y = {'a': {'l': [1, 2], 'k': 1}, 'l': [1, 2]}, {'a': {'l': [2, 3]}, 'l': [2, 3]} %}
{{ x|combine(y, {'l': [4]}, recursive=true, list_merge=how) }} {{ x|combine(y, list_merge=how) }}
{% endfor %}""",
    """{{ 'a'|extract({'a': {'b': {'c': 1}}}) }} {{ 'a'|extract({'a': {'b': {'c': 1}}}, 'b') }}""",
    """{{ 'a'|extract({'a': {'b': {'c': 1}}}, ['b', 'c']) }} {{ 'a'|extract({'a': {}}, 'zz') }}
{{ [0, 1]|map('extract', [7, 8])|list }}""",
    """{{ [1, [2, [3, [4]]]]|flatten }} {{ [1, [2, [3, [4]]]]|flatten(1) }} {{ [1, none, 2]|flatten }}
{{ [[1, 'null', 2], 3]|flatten }}""",
    """{{ [{'n': 1, 'k': [5, 6]}, {'n': 2, 'k': []}]|subelements('k') }}
{{ {'x': {'a': {'b': [1]}}}|subelements('a.b') }}""",
    """{{ [{'n': 1}]|subelements('k', skip_missing=true) }}
{{ [{'t': 1, 'v': 2}, {'t': 1, 'v': 3}]|ans_groupby('t') }}""",
]


@pytest.mark.parametrize("line", FILTERS)
def test_same_filters(line: str, tmp_path: Path) -> None:
    answers: dict[str, Value] = {
        "words": ["a", "yes", "1", "", "- x"],
        "deep": {"b": [1, 2.5, None, True], "a": {"z": "é", "y": {}, "x": []}},
        "long": {"t": "word " * 40, "m": "a\nb\n"},
    }
    assert_same_as_copier(write_tree(tmp_path / "template", {"a.jinja": line}), answers, tmp_path)
