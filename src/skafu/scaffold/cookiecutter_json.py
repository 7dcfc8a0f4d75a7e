"""Reads `cookiecutter.json`: variables, and the settings among them."""

import json
import re
from collections import OrderedDict
from collections.abc import Collection, Mapping
from copy import deepcopy
from typing import Any, NamedTuple

from skafu.scaffold.envops import check_envops
from skafu.scaffold.errors import AnswerInvalid, TemplateInvalid
from skafu.scaffold.extensions import is_known
from skafu.scaffold.sources import Sources
from skafu.scaffold.values import Loose, plain_problem

FILE = "cookiecutter.json"

_YES = frozenset({"1", "true", "t", "yes", "y", "on"})
_NO = frozenset({"0", "false", "f", "no", "n", "off"})
_OWN_ENVOPS = frozenset({"keep_trailing_newline", "undefined"})


class Manifest(NamedTuple):
    """What cookiecutter.json says.

    Attributes:
        variables: all of it, in order.
        envops: settings of jinja2.
        extensions: names of extensions of jinja2.
    """

    variables: Mapping[str, Loose]
    envops: Mapping[str, Any]
    extensions: tuple[str, ...]

    def overwritten(self, defaults: Mapping[str, Loose], answers: Mapping[str, Loose]) -> "OrderedDict[str, Loose]":
        """Lay answers over the variables; those to no variable are left out.

        Args:
            defaults: defaults of the user's settings; what does not fit is left out.
            answers: answers as they were given.

        Raises:
            AnswerInvalid: an answer is none of the choices, or no truth value.
        """
        context: OrderedDict[str, Loose] = OrderedDict(deepcopy(self.variables))
        for name, value in defaults.items():
            try:
                _overwrite(context, {name: deepcopy(value)})
            except AnswerInvalid:
                continue
        _overwrite(context, deepcopy(dict(answers)))
        return context


def read_manifest(sources: Sources, trusted: Collection[str] = ()) -> Manifest:
    """Read cookiecutter.json.

    Args:
        sources: the files of the template.
        trusted: names of further extensions that may be asked for.

    Raises:
        TemplateInvalid: it is no JSON object, or asks for what is not there.
    """
    text = sources.text(FILE)
    if text is None:
        raise TemplateInvalid("there is no such file", file=FILE, fix="give the folder where it is with --directory")
    try:
        variables = json.loads(text, object_pairs_hook=OrderedDict)
    except (ValueError, RecursionError) as error:
        raise TemplateInvalid(str(error), file=FILE, line=getattr(error, "lineno", None)) from error
    if not isinstance(variables, dict):
        raise TemplateInvalid("it must hold an object", file=FILE)
    if problem := plain_problem(json.loads(text)):
        raise TemplateInvalid(problem, file=FILE)
    return Manifest(variables, _envops(variables, text), _extensions(variables, text, trusted))


def _envops(variables: Mapping[str, Loose], text: str) -> Mapping[str, Any]:
    envops = variables.get("_jinja2_env_vars", {})
    problem = check_envops("_jinja2_env_vars", envops)
    if not problem and (taken := _OWN_ENVOPS & envops.keys()):
        problem = f"'_jinja2_env_vars' may not set {min(taken)!r}"
    if problem:
        raise TemplateInvalid(problem, file=FILE, line=line_of("_jinja2_env_vars", text))
    return dict(envops)


def _extensions(variables: Mapping[str, Loose], text: str, trusted: Collection[str]) -> tuple[str, ...]:
    extensions = variables.get("_extensions", [])
    line = line_of("_extensions", text)
    if not isinstance(extensions, list):
        raise TemplateInvalid("'_extensions' must be a list", file=FILE, line=line)
    names = tuple(str(name) for name in extensions)
    if strange := [name for name in names if not is_known(name) and name not in trusted]:
        raise TemplateInvalid(
            f"the extension {strange[0]!r} is code that is not run here",
            file=FILE,
            line=line,
            fix="run it with --trust if you trust whoever wrote the template",
        )
    return names


def line_of(name: str, text: str) -> int | None:
    """Find the line of a variable."""
    found = re.search(rf'"{re.escape(name)}"\s*:', text)
    return text.count("\n", 0, found.start()) + 1 if found else None


def _overwrite(context: dict[str, Loose], answers: Mapping[str, Loose], *, inside: bool = False) -> None:
    for name, answer in answers.items():
        if name not in context:
            if inside:
                context[name] = answer
            continue
        context[name] = _merged(name, context[name], answer, inside=inside)


def _merged(name: str, written: Loose, answer: Loose, *, inside: bool) -> Loose:
    if isinstance(written, list):
        return answer if inside else _chosen(name, written, answer)
    if isinstance(written, dict) and isinstance(answer, dict):
        _overwrite(written, answer, inside=True)
        return written
    if (
        name == "templates"
        and not inside
        and isinstance(written, dict)
        and isinstance(answer, str)
        and answer in written
    ):
        return written
    if isinstance(written, bool) and isinstance(answer, str):
        word = answer.strip().lower()
        if word not in _YES | _NO:
            raise AnswerInvalid(f"{answer!r} is neither yes nor no", question=name)
        return word in _YES
    return answer


def _chosen(name: str, choices: list[Loose], answer: Loose) -> Loose:
    if isinstance(answer, list):
        if all(one in choices for one in answer):
            return answer
    elif answer in choices:
        choices.remove(answer)
        return [answer, *choices]
    raise AnswerInvalid(f"{answer!r} is not in {choices}", question=name)
