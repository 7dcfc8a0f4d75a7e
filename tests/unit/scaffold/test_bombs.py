"""Templates that would take for ever, or all memory: each is refused, in a process that stays small."""

import pytest
from hostile_templates import Outcome, outcomes

RUN_OUT = "steps|text may|characters of text|list may|number may|holds more|in too many ways|digits|an indent|too large"

_DOUBLED = "{% set ns = namespace(x=<start>) %}{% for i in range(60) %}{% set ns.x = <step> %}{% endfor %}"


def doubled(start: str, step: str, then: str = "") -> str:
    return _DOUBLED.replace("<start>", start).replace("<step>", step) + then


LOOPS = [
    "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
    "{% for a in range(100000) %}{% for b in range(100000) if false %}{% endfor %}{% endfor %}",
    (
        "{% macro m() %}{% for i in range(9999) %}{{ n() }}{% endfor %}{% endmacro %}"
        "{% macro n() %}{% for i in range(9999) %}x{% endfor %}{% endmacro %}{{ m() }}"
    ),
    (
        "{% macro m() %}{% for i in range(99999) %}{{ caller(i) }}{% endfor %}{% endmacro %}"
        "{% for i in range(99999) %}{% call(a) m() %}{% endcall %}{% endfor %}"
    ),
    "{% block a %}{% for i in range(99999) %}{% for i in range(99999) %}x{% endfor %}{% endfor %}{% endblock %}",
    (
        "{% for x in [[]] recursive %}{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}"
        "{% endfor %}"
    ),
    "{% for i in range(99999) %}{% for j in range(99) %}{% include 'half.jinja' %}{% endfor %}{% endfor %}",
    "{% for i in range(99999) %}{{ range(99999)|map('upper')|map('lower')|list }}{% endfor %}",
    "{% for i in range(99999) %}{{ range(99999)|select('none')|list }}{% endfor %}",
    "{% for i in range(99999) %}{{ range(99999)|map(attribute='real')|list|length }}{% endfor %}",
    "{% for i in range(99999) %}{{ big * 4000 }}{% endfor %}",
    "{% set x = big * 5000 %}{% for i in range(99999) %}{{ x[1:]|length }}{% endfor %}",
    "{% set x = big * 5000 %}{% set y = x ~ '' %}{% for i in range(99999) %}{{ x == y }}{% endfor %}",
    "{% set x = big * 5000 %}{% for i in range(99999) %}{{ 'ab' in x }}{% endfor %}",
    "{% set x = big * 5000 %}{% for i in range(99999) %}{{ x|upper|length }}{% endfor %}",
    "{% set x %}{% for i in range(99999) %}{{ big }}{% endfor %}{% endset %}",
    "{% set x = [] %}{% for i in range(99999) %}{% if x.append(big * 999) %}{% endif %}{% endfor %}",
    "{% for i in range(99999) %}" + "x{{ i }}" * 2000 + "{% endfor %}",
]

GROWTH = [
    *(doubled("'a'", step) for step in ("ns.x + ns.x", "ns.x ~ ns.x", "ns.x * 2", "[ns.x, ns.x]|join")),
    *(doubled("'a'", step) for step in ("'%s%s' % (ns.x, ns.x)", "'{0}{0}'.format(ns.x)", "ns.x|replace('a', 'aa')")),
    *(doubled("'a'", step) for step in ("'%(a)s%(a)s' % {'a': ns.x}", "'%s%s'|format(ns.x, ns.x)")),
    *(doubled("[1]", step) for step in ("ns.x + ns.x", "ns.x * 2", "[ns.x, ns.x]|sum(start=[])")),
    doubled("[1]", "ns.x", "{% set x = [1] %}{% for i in range(99) %}{% if x.extend(x) %}{% endif %}{% endfor %}"),
    doubled("2", "ns.x * ns.x"),
    "{{ 2 ** 100000000 }}",
    "{{ (big * 5000).replace('a', 'f')|int(base=16) % 7 }}",
    "{{ 1|round(100000000, 'floor') }}",
    "{{ 1|round(-1000000000) }}",
    "{{ (1).to_bytes(1000000000, 'big') }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ '%*d' % (1000000000, 1) }}",
    "{{ '%.1000000000f' % 1 }}",
    "{{ '%1000000000d'|format(1) }}",
    "{{ '{:1000000000}'.format(1) }}",
    "{{ '{:{w}}'.format(1, w=1000000000) }}",
    "{{ '{x:1000000000}'.format_map({'x': 1}) }}",
    "{{ ['%1000000000d']|map('format', 1)|list }}",
    "{{ 'x'.center(1000000000) }}",
    "{{ 'x'.ljust(1000000000) }}",
    "{{ 'x'.rjust(width=1000000000) if false else 'x'.rjust(1000000000) }}",
    "{{ 'x'.zfill(1000000000) }}",
    "{{ 'x'|center(1000000000) }}",
    "{{ ['x']|map('center', 1000000000)|list }}",
    "{{ ('\t' * 1000).expandtabs(10000000) }}",
    "{{ ''.join([big] * 100000) }}",
    "{{ [big]|batch(1000000000, 'x')|list }}",
    "{{ [1]|slice(1000000000)|list }}",
    "{{ 'x'|indent(1000000000, true) }}",
    "{{ ('x\n' * 1000000)|indent(1000000) }}",
    "{{ 'aaa'.translate({97: big * 4000}) }}",
    "{{ big.replace('', big * 100) }}",
    "{{ big|replace('a', big * 100) }}",
    "{{ 'x'|comment(prefix_count=1000000000) }}",
    "{{ {'a': [1]}|to_nice_json(indent=1000000000) }}",
    "{{ {'a': [1]}|to_json(indent=1000000000) }}",
    "{{ {'a': [1]}|tojson(indent=1000000000) }}",
    "{{ (big * 1000)|regex_replace('', 'xxxxxxxxxx') }}",
]

# One list, held many times by another, and so on: small in memory, without end when written out.
_SHARED = (
    *("{{ ns.x }}", "{{ ns }}", "{{ ns.x ~ '' }}", "{{ '%s' % (ns.x,) }}", "{{ '{}'.format(ns.x) }}"),
    *("{{ '{!r}'.format(ns.x) }}", "{{ ns.x|string }}", "{{ ns.x|safe }}", "{{ ns.x|upper }}", "{{ ns.x|join }}"),
    *("{{ ns.x|tojson }}", "{{ ns.x|pprint }}", "{{ ns.x|to_yaml }}", "{{ ns.x|flatten }}", "{{ ns.x|hash }}"),
    *("{{ ns.x == ns.x }}", "{{ ns.x in [1] }}", "{{ ns.x is eq(1) }}", "{{ [ns.x]|sort }}", "{{ [ns.x]|max }}"),
    *("{{ {ns.x: 1} }}", "{{ {}[ns.x] }}", "{{ {}.get(ns.x) }}", "{{ dict([(ns.x, 1)]) }}", "{{ [ns.x]|unique|list }}"),
    *("{{ ns.x.count(ns.x) }}", "{{ numbers|attr(ns.x) }}", "{% for i in [1] %}{{ loop.changed(ns.x) }}{% endfor %}"),
)
SHARED = [doubled("(1,)", "(ns.x, ns.x)", then) for then in _SHARED]

SLOW = [
    "{{ (big * 2000)|wordwrap(1) }}",
    "{{ ('(' * 1000000 ~ ')' * 1000000)|urlize }}",
    "{{ ('<!---->' * 500000)|striptags }}",
    "{{ (big * 5000).strip('b' * 4000000 ~ 'a') }}",
    "{{ (big * 5000)|trim('b' * 4000000 ~ 'a') }}",
    "{{ (big * 5000).rfind('b' ~ big * 2500) }}",
    "{{ ('a' * 40 ~ '!')|regex_search('^(a+)+$') }}",
    "{{ ('a' * 40 ~ '!')|regex_replace('(a|a)*$', '') }}",
    "{{ ('a' * 40 ~ '!')|regex_findall('(?:a?){40}b') }}",
    "{{ (big * 100)|regex_search('a*a*a*a*b') }}",
    "{{ (big * 100)|regex_search('(?=(a*)*b)') }}",
    "{{ 'a'|regex_search('((a{0,100}){0,100}){0,100}') }}",
]

YAML = [
    "{{ 'a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(
        f"{one}: &{one} [{','.join(['*' + before] * 9)}]\n" for before, one in zip("abcdef", "bcdefg", strict=True)
    )
    + "'|from_yaml }}",
    "{{ 'a: &a {k: 1, l: 2}\n"
    + "".join(
        f"{one}: &{one} {{<<: [{','.join(['*' + before] * 9)}]}}\n"
        for before, one in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "'|from_yaml }}",
    "{{ ('1' ~ ':1' * 500000)|from_yaml }}",
    "{{ ('[' * 100000)|from_yaml }}",
    "{{ ('- ' * 100000)|from_yaml }}",
    "{{ ('[' * 100000)|from_json }}",
]

NESTED = [
    "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
    "{{ " + "x." * 3000 + "y }}",
    "{{ " + "1+" * 20000 + "1 }}",
    "{{ " + "[" * 500 + "]" * 500 + " }}",
    "{{ " + "big|upper|" * 3000 + "lower }}",
    "{% for i in numbers %}" * 30 + "{% endfor %}" * 30,
    "{% if a %}" * 200 + "{% endif %}" * 200,
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% include 'file.jinja' %}",
    "{% extends 'file.jinja' %}",
    "{% import 'file.jinja' as again %}",
    "{% set x = [] %}{% if x.append(x) %}{% endif %}{{ x }}",
]

COUNTED = [*LOOPS, *GROWTH, *SHARED, *SLOW]


@pytest.fixture(scope="module")
def seen() -> dict[str, Outcome]:
    return outcomes(dict.fromkeys([*COUNTED, *YAML, *NESTED]))


@pytest.mark.parametrize("text", COUNTED)
def test_what_is_too_much_is_refused_with_the_place_and_the_reason(text: str, seen: dict[str, Outcome]) -> None:
    outcome = seen[text]
    assert outcome.status == 0
    assert outcome.refusal.startswith(("file.jinja:", "half.jinja:", "twice:", "leaf:"))
    assert any(reason in outcome.refusal for reason in RUN_OUT.split("|")), outcome


@pytest.mark.parametrize("text", [*YAML, *NESTED])
def test_what_is_nested_without_end_is_refused(text: str, seen: dict[str, Outcome]) -> None:
    outcome = seen[text]
    assert outcome.status == 0
    assert outcome.refusal.startswith("file.jinja"), outcome
