"""One question of a template, as it is written."""

from collections.abc import Mapping
from typing import NamedTuple

from skafu.scaffold.values import CASTS, Loose, as_bool

# A question without default; YAML's null is a default.
MISSING: Loose = object()

_RESERVED = frozenset({"now", "make_secret", "self"})


class Question(NamedTuple):
    """One question, its texts still templated.

    Attributes:
        name: the name of the answer.
        type: str, int, float, bool, yaml, json or path; may be templated.
        default: the answer when none is given; texts in it may be templated.
        choices: what may be answered, as written; empty when everything may.
        multiselect: whether any number of choices may be picked.
        secret: whether the answer stays out of the answers file.
        validator: a text that renders to the reason why an answer is wrong.
        when: whether the question is asked at all; an unasked one is a computed answer.
        ask: false when the default stands unless an answer is given.
        help: words for people; may be templated.
        placeholder: words in the empty field; may be templated.
        multiline: whether the field has several lines.
        mark: what stands before the question; empty for the usual mark.
        line: where in copier.yml it is written.
    """

    name: str
    type: str
    default: Loose
    choices: Loose
    multiselect: bool
    secret: bool
    validator: str
    when: Loose
    ask: Loose
    help: str
    placeholder: str
    multiline: Loose
    mark: str
    line: int | None

    @classmethod
    def read(cls, name: str, written: Mapping[str, Loose], *, line: int | None, secret: bool) -> "Question":
        """Check what is written about a question; as in Copier, keys that are not known are ignored.

        Raises:
            ValueError: the value of a key has the wrong type.
        """
        _require(name not in _RESERVED, "this name is taken")
        secret = secret or as_bool(written.get("secret", False))
        default = written.get("default", MISSING)
        _require(not secret or default is not MISSING, "a secret question needs a default")
        choices = written.get("choices", [])
        _require(isinstance(choices, list | dict | str), "'choices' must be a list, a mapping or a text")
        return cls(
            name=name,
            type=_text(written, "type") or _type_of(default),
            default=default,
            choices=choices,
            multiselect=as_bool(written.get("multiselect", False)),
            secret=secret,
            validator=_text(written, "validator"),
            when=_condition(written, "when"),
            ask=_condition(written, "ask"),
            help=_text(written, "help"),
            placeholder=_text(written, "placeholder"),
            multiline=written.get("multiline", False),
            mark="" if written.get("qmark") is None else _text(written, "qmark"),
            line=line,
        )


def _require(holds: object, problem: str) -> None:
    if not holds:
        raise ValueError(problem)


def _text(written: Mapping[str, Loose], key: str) -> str:
    value = written.get(key, "")
    _require(isinstance(value, str), f"{key!r} must be text")
    return str(value)


def _condition(written: Mapping[str, Loose], key: str) -> bool | str:
    value = written.get(key, True)
    _require(isinstance(value, bool | str) or value in (0, 1), f"{key!r} must be true, false or text")
    return value if isinstance(value, str) else bool(value)


def _type_of(default: object) -> str:
    name = type(default).__name__
    return name if name in CASTS else "yaml"
