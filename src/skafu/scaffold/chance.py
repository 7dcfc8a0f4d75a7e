"""Filters and functions over time and chance: they take both from the place of the rendering."""

import string
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hashlib import sha512

from jinja2 import Undefined, pass_context
from jinja2.exceptions import FilterArgumentError
from jinja2.runtime import Context

from skafu.scaffold.place import Dice
from skafu.scaffold.run import refuse, run_of
from skafu.scaffold.values import Loose

_NO_SEED = None


def clock(context: Context, what: str) -> datetime:
    """Give the time of the rendering.

    Raises:
        TemplateRuntimeError: the rendering has none.
    """
    place = run_of(context).place
    return place.now if place is not None and place.now is not None else refuse(what)


def dice(context: Context, what: str, seed: Loose = None) -> Dice:
    """Give a source of chance.

    Raises:
        TemplateRuntimeError: the rendering has none.
    """
    run = run_of(context)
    if run.place is None or run.place.dice is None:
        refuse(what)
    if seed is not None:
        return run.place.dice(seed)
    if run.dice is None:
        run.dice = run.place.dice(None)
    return run.dice


@pass_context
def _now(context: Context) -> datetime:
    return clock(context, "now()").astimezone(UTC)


@pass_context
def _strftime(context: Context, string_format: str, second: Loose = None) -> str:
    if second is None:
        return clock(context, "the filter 'strftime'").strftime(string_format)
    try:
        number = int(second)
    except (TypeError, ValueError) as error:
        raise FilterArgumentError(f"invalid value for epoch value ({second})") from error
    return datetime.fromtimestamp(number, clock(context, "the filter 'strftime'").tzinfo).strftime(string_format)


def _to_datetime(value: str, format: str = "%Y-%m-%d %H:%M:%S") -> datetime:  # noqa: A002 - templates write format=
    # Whoever parses a time means it as written, without a zone.
    return datetime.strptime(value, format)  # noqa: DTZ007


@pass_context
def _make_secret(context: Context) -> str:
    return sha512(dice(context, "make_secret()").getrandbits(384).to_bytes(48, "big")).hexdigest()


@pass_context
def _random(context: Context, items: Sequence[Loose]) -> Loose:
    return dice(context, "the filter 'random'").choice(items) if items else Undefined("there is no item")


@pass_context
def _ans_random(context: Context, end: Loose, start: Loose = None, step: Loose = None, seed: Loose = None) -> Loose:
    source = dice(context, "the filter 'ans_random'", seed)
    if isinstance(end, int):
        return source.randrange(start or 0, end, step or 1)
    if not hasattr(end, "__iter__"):
        raise FilterArgumentError("random can only be used on sequences and integers")
    if start or step:
        raise FilterArgumentError("start and step can only be used with integer values")
    return source.choice(end)


@pass_context
def _shuffle(context: Context, items: Loose, seed: Loose = None) -> Loose:
    source = dice(context, "the filter 'shuffle'", seed or _NO_SEED)
    try:
        shuffled = list(items)
    except TypeError:
        return items
    source.shuffle(shuffled)
    return shuffled


@pass_context
def _random_mac(context: Context, value: Loose, seed: Loose = None) -> str:
    parts = [part for part in str(value).lower().split(":") if part]
    if len(parts) > 5 or not all(part.isalnum() and len(part) == 2 for part in parts):
        raise FilterArgumentError(f"invalid value ({value}) for random_mac: two to five hex pairs, like 52:54")
    # The bounds and the cut are those of Ansible, so that the same seed gives the same address.
    number = dice(context, "the filter 'random_mac'", seed).randrange(16**9, 16**10)
    digits = f"{number:x}"[: 2 * (6 - len(parts))]
    return ":".join([str(value).lower(), *(digits[index : index + 2] for index in range(0, len(digits), 2))])


@pass_context
def random_ascii_string(context: Context, length: int, punctuation: Loose = False) -> str:  # noqa: FBT002 - its place
    """Give so many letters, and marks when wanted; from Cookiecutter."""
    corpus = string.ascii_letters + (string.punctuation if punctuation else "")
    source = dice(context, "random_ascii_string()")
    return "".join(source.choice(corpus) for _ in range(min(int(length), 100_000)))


@pass_context
def uuid4(context: Context) -> str:
    """Give a random UUID; from Cookiecutter."""
    import uuid

    return str(uuid.UUID(int=dice(context, "uuid4()").getrandbits(128), version=4))


FILTERS: dict[str, Callable[..., Loose]] = {
    "ans_random": _ans_random,
    "random": _random,
    "random_mac": _random_mac,
    "shuffle": _shuffle,
    "strftime": _strftime,
    "to_datetime": _to_datetime,
}
GLOBALS: dict[str, Callable[..., Loose]] = {"make_secret": _make_secret, "now": _now}
