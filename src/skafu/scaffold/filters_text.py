"""Filters over text: regular expressions, paths, hashes, encodings, comments."""

import base64
import hashlib
import ntpath
import posixpath
import re
import shlex
from collections.abc import Callable

from jinja2 import pass_context
from jinja2.exceptions import FilterArgumentError
from jinja2.runtime import Context

from skafu.scaffold.bounds.context import meter_of
from skafu.scaffold.bounds.patterns import checked, substitute
from skafu.scaffold.values import Loose

# The name space of Ansible's to_uuid.
_NAMESPACE = "20851c88-ac15-449f-9ee7-74829105da86"

_COMMENTS: dict[str, dict[str, str]] = {
    "plain": {"decoration": "# "},
    "erlang": {"decoration": "% "},
    "c": {"decoration": "// "},
    "cblock": {"beginning": "/*", "decoration": " * ", "end": " */"},
    "xml": {"beginning": "<!--", "decoration": " - ", "end": "-->"},
}


def _bytes(value: Loose) -> bytes:
    return str(value).encode("utf-8", "surrogateescape")


def _hash(value: Loose, hashtype: str = "sha1") -> str | None:
    try:
        digest = hashlib.new(hashtype, usedforsecurity=False)
    except (ValueError, TypeError):
        return None
    digest.update(_bytes(value))
    return digest.hexdigest()


def _flags(*, ignorecase: Loose = False, multiline: Loose = False) -> int:
    return (re.IGNORECASE if ignorecase else 0) | (re.MULTILINE if multiline else 0)


@pass_context
def _regex_replace(
    context: Context, value: Loose = "", pattern: str = "", replacement: str = "", ignorecase: Loose = None
) -> str:
    return substitute(meter_of(context), pattern, replacement, str(value), _flags(ignorecase=ignorecase))


@pass_context
def _regex_findall(
    context: Context, value: str, regex: str, multiline: Loose = None, ignorecase: Loose = None
) -> list[Loose]:
    flags = _flags(ignorecase=ignorecase, multiline=multiline)
    return checked(meter_of(context), regex, value, flags).findall(value)


@pass_context
def _regex_search(context: Context, value: str, regex: str, *groups: str, **options: Loose) -> Loose:
    wanted = [_group(group) for group in groups]
    flags = _flags(ignorecase=options.get("ignorecase"), multiline=options.get("multiline"))
    found = checked(meter_of(context), regex, value, flags, times=1).search(value)
    if found is None:
        return None
    return [found.group(group) for group in wanted] if wanted else found.group()


def _group(reference: str) -> str | int:
    if named := re.match(r"\\g<(\S+)>", reference):
        return named.group(1)
    if numbered := re.match(r"\\(\d+)", reference):
        return int(numbered.group(1))
    raise FilterArgumentError(f"{reference!r} is no reference to a group")


def _regex_escape(value: str, re_type: str = "python") -> str:
    if re_type == "python":
        return re.escape(value)
    if re_type == "posix_basic":
        return re.sub(r"([].[^$*\\])", r"\\\1", value)
    raise FilterArgumentError(f"regular expressions of type {re_type!r} are not known")


def _comment(text: str, style: str = "plain", **options: Loose) -> str:
    look = {"newline": "\n", "beginning": "", "decoration": "", "end": "", **_COMMENTS[style]}
    edge = str(options.get("decoration", look["decoration"])).rstrip()
    chosen: dict[str, Loose] = {
        "prefix": edge,
        "postfix": edge,
        "prefix_count": 1,
        "postfix_count": 1,
        **look,
        **options,
    }
    newline, decoration = chosen["newline"], chosen["decoration"]
    prefix = newline if chosen["prefix"] == newline else f"{chosen['prefix']}{newline}" if chosen["prefix"] else ""
    lines = (decoration + text.replace(newline, newline + decoration)).replace(
        decoration + newline, decoration.rstrip() + newline
    )
    return "".join(
        (
            f"{chosen['beginning']}{newline}" if chosen["beginning"] else "",
            prefix * int(chosen["prefix_count"]),
            lines,
            f"{newline}{chosen['postfix']}" * chosen["postfix_count"],
            f"{newline}{chosen['end']}" if chosen["end"] else "",
        )
    )


def _to_uuid(value: Loose) -> str:
    # Its import takes longer than all of this module's work, and few templates need it.
    import uuid

    return str(uuid.uuid5(uuid.UUID(_NAMESPACE), str(value)))


FILTERS: dict[str, Callable[..., Loose]] = {
    "b64decode": lambda value, encoding="utf-8": base64.b64decode(_bytes(value)).decode(encoding, "surrogateescape"),
    "b64encode": lambda value, encoding="utf-8": base64.b64encode(str(value).encode(encoding)).decode(),
    "basename": posixpath.basename,
    "checksum": _hash,
    "comment": _comment,
    "dirname": posixpath.dirname,
    "hash": _hash,
    "md5": lambda value: _hash(value, "md5"),
    "quote": lambda value: shlex.quote(str(value)),
    "regex_escape": _regex_escape,
    "regex_findall": _regex_findall,
    "regex_replace": _regex_replace,
    "regex_search": _regex_search,
    "sha1": _hash,
    "splitext": posixpath.splitext,
    "to_uuid": _to_uuid,
    "win_basename": ntpath.basename,
    "win_dirname": ntpath.dirname,
    "win_splitdrive": ntpath.splitdrive,
}
