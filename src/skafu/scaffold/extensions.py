"""The stock extensions that templates name, written anew: nothing is imported because a template says so."""

import calendar
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import TypeAlias

from jinja2 import Environment, nodes, pass_context
from jinja2.exceptions import TemplateRuntimeError
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.runtime import Context

from skafu.scaffold.chance import clock, random_ascii_string, uuid4
from skafu.scaffold.values import Loose

_PLAIN = frozenset({"jinja2.ext.do", "jinja2.ext.loopcontrols", "jinja2.ext.i18n"})
# These add what is there anyway, or only find code that a template brings, which is judged by its own name.
_NOTHING = frozenset(
    {
        *("jinja2.ext.with_", "jinja2.ext.autoescape"),
        *("jinja2_ansible_filters.AnsibleCoreFilters", "jinja2_ansible_filters.AnsibleCoreFiltersExtension"),
        "copier_templates_extensions.TemplateExtensionLoader",
        "copier_template_extensions.TemplateExtensionLoader",
    }
)
Trusted: TypeAlias = Mapping[str, type[Extension]]
"""Extensions that a template brings along and that somebody trusts, by the names that it gives them."""

_UNITS = ("weeks", "days", "hours", "minutes", "seconds", "microseconds")
_MONTHS = {"months": 1, "quarters": 3, "years": 12}


def is_known(name: str) -> bool:
    """Tell whether an extension that a template names is one of those."""
    return name in _PLAIN or name in _NOTHING or name in _REBUILT


def install(environment: Environment, names: Iterable[str], trusted: Trusted) -> None:
    """Add extensions to an environment.

    Args:
        environment: where templates are compiled.
        names: names that `is_known` knows, or that are trusted.
        trusted: extensions that somebody trusts, loaded.
    """
    for name in names:
        if name in trusted:
            environment.add_extension(trusted[name])
        elif name in _PLAIN:
            environment.add_extension(name)
        elif name in _REBUILT:
            _REBUILT[name](environment)


class TimeTag(Extension):
    """`{% now 'utc', '%Y' %}`, also with an offset as in `'utc' + 'days=2'`; from jinja2-time and Cookiecutter."""

    def __init__(self, environment: Environment) -> None:
        """Announce the tag."""
        super().__init__(environment)
        self.tags = {"now"}

    def parse(self, parser: Parser) -> nodes.Node:
        """Read the tag."""
        line = next(parser.stream).lineno
        zone = parser.parse_expression()
        form: nodes.Expr = nodes.Const("%Y-%m-%d")
        if parser.stream.skip_if("comma"):
            form = parser.parse_expression()
        sign = ""
        offset: nodes.Expr = nodes.Const("")
        if isinstance(zone, nodes.Add | nodes.Sub):
            sign, offset, zone = "+" if isinstance(zone, nodes.Add) else "-", zone.right, zone.left
        call = self.call_method("tell", [zone, nodes.Const(sign), offset, form], lineno=line)
        return nodes.Output([call], lineno=line)

    @staticmethod
    @pass_context
    def tell(context: Context, zone: str, sign: str, offset: str, form: str | None) -> str:
        """Write the time as it is in a zone."""
        moment = clock(context, "the tag 'now'").astimezone(_zone(zone))
        for step in offset.split(",") if sign else ():
            unit, amount = step.split("=")
            moment = _shifted(moment, unit.strip(), float(sign + amount.strip()))
        return moment.strftime("%Y-%m-%d" if form is None else form)


def _zone(name: str) -> tzinfo | None:
    if name == "local":
        return None
    if name in {"utc", "UTC", "Z"}:
        return UTC
    if name[:1] in "+-" and name[1:3].isdigit():
        minutes = int(name[1:3]) * 60 + int(name[3:].lstrip(":")[:2] or 0)
        return timezone(timedelta(minutes=-minutes if name[0] == "-" else minutes))
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise TemplateRuntimeError(f"there is no time zone {name!r}") from error


def _shifted(moment: datetime, unit: str, amount: float) -> datetime:
    if unit in _UNITS:
        return moment + timedelta(**{unit: amount})
    if unit not in _MONTHS or amount != int(amount):
        raise TemplateRuntimeError(f"a time cannot be shifted by {amount} {unit}")
    years, month = divmod(moment.month - 1 + int(amount) * _MONTHS[unit], 12)
    year = moment.year + years
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def _jsonify(value: Loose, indent: int = 4) -> str:
    return json.dumps(value, sort_keys=True, indent=indent)


def _slugify(value: str, *options: Loose, **named: Loose) -> str:
    from slugify import slugify

    return slugify(value, *options, **named)


def _filter(name: str, function: Callable[..., Loose]) -> Callable[[Environment], None]:
    def add(environment: Environment) -> None:
        environment.filters[name] = function

    return add


def _function(name: str, function: Callable[..., Loose]) -> Callable[[Environment], None]:
    def add(environment: Environment) -> None:
        environment.globals[name] = function

    return add


def _time(environment: Environment) -> None:
    environment.add_extension(TimeTag)


_REBUILT: dict[str, Callable[[Environment], None]] = {
    "cookiecutter.extensions.JsonifyExtension": _filter("jsonify", _jsonify),
    "cookiecutter.extensions.RandomStringExtension": _function("random_ascii_string", random_ascii_string),
    "cookiecutter.extensions.SlugifyExtension": _filter("slugify", _slugify),
    "cookiecutter.extensions.TimeExtension": _time,
    "cookiecutter.extensions.UUIDExtension": _function("uuid4", uuid4),
    "jinja2_time.TimeExtension": _time,
    "jinja2_time.jinja2_time.TimeExtension": _time,
    "jinja2_slug.SlugExtension": _filter("slug", _slugify),
}

COOKIECUTTER_EXTENSIONS = tuple(name for name in _REBUILT if name.startswith("cookiecutter."))
"""What Cookiecutter gives to each of its templates."""
