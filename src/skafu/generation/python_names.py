"""Names of the blueprint that mean something else in generated Python: they get another name there, and only there."""

import keyword
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from skafu.blueprint.aws_limits import LONGEST_HANDLER
from skafu.blueprint.expressions import Checked, nodes
from skafu.blueprint.naming import Names
from skafu.blueprint.resolved import (
    ResolvedAggregate,
    ResolvedCall,
    ResolvedCommand,
    ResolvedInbound,
    ResolvedPolicy,
    ResolvedService,
    ResolvedTimer,
    ResolvedWorkflow,
    System,
)

LOCALS = frozenset(
    {"answer", "caller", "command", "context", "decide", "event", "handler", "message", "now", "query"}
    | {"request", "result", "route", "row", "settle", "state"}
)  # fmt: skip
"""What functions and variables of generated modules are called."""

_MODULES = """
abc aifc annotationlib antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb binascii
binhex bisect builtins bz2 calendar cgi cgitb chunk cmath cmd code codecs codeop collections colorsys compileall
compression concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes curses dataclasses datetime
dbm decimal difflib dis distutils doctest email encodings ensurepip enum errno faulthandler fcntl filecmp fileinput
fnmatch formatter fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib grp gzip hashlib
heapq hmac html http idlelib imaplib imghdr imp importlib inspect io ipaddress itertools json keyword lib2to3
linecache locale logging lzma mailbox mailcap marshal math mimetypes mmap modulefinder msilib msvcrt multiprocessing
netrc nis nntplib nt ntpath nturl2path numbers opcode operator optparse os ossaudiodev parser pathlib pdb pickle
pickletools pipes pkgutil platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr
pydoc pydoc_data pyexpat queue quopri random re readline reprlib resource rlcompleter runpy sched secrets select
selectors shelve shlex shutil signal site smtpd smtplib sndhdr socket socketserver spwd sqlite3 sre sre_compile
sre_constants sre_parse ssl stat statistics string stringprep struct subprocess sunau symbol symtable sys sysconfig
syslog tabnanny tarfile telnetlib tempfile termios test textwrap this threading time timeit tkinter token tokenize
tomllib trace traceback tracemalloc tty turtle turtledemo types typing unicodedata unittest urllib uu uuid venv
warnings wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo
attr attrs bootstrap boto3 botocore certifi cffi conftest coverage cryptography dateutil docker fastjsonschema idna
jinja2 jmespath jsonschema markupsafe moto msgspec mypy packaging pip pluggy py pycparser pytest referencing requests
responses ruff s3transfer setuptools six urllib3 werkzeug wheel xmltodict yaml
adapters api_calls counters deployed deployed_api docs domain handlers messages outside outside_messages scenarios
services shared src support tables tests tools
"""
MODULES = frozenset(_MODULES.split())
"""Modules of Python 3.11 to 3.14, of what generated projects install, and of their own tests."""

Part = TypeVar("Part", bound=msgspec.Struct)
Named = TypeVar("Named", ResolvedPolicy, ResolvedTimer, ResolvedCall, ResolvedInbound, ResolvedWorkflow)


def pythonic(system: System) -> System:
    """A system whose names are safe in generated Python.

    Only the `snake` names of services, aggregates, commands, queries and reactions change, and the names of reads: what
    is sent, stored or deployed is called as in the blueprint. Doing it twice changes nothing more.
    """
    return replace(system, services=tuple(_service(one) for one in system.services))


def _service(service: ResolvedService) -> ResolvedService:
    return replace(
        service,
        names=_renamed(service.names, "service", MODULES),
        aggregates=tuple(_aggregate(one, service) for one in service.aggregates),
        queries=tuple(
            replace(one, names=fitting(_renamed(one.names, "query", LOCALS), service)) for one in service.queries
        ),
        policies=tuple(_fitting(one, service) for one in service.policies),
        timers=tuple(_fitting(one, service) for one in service.timers),
        calls=tuple(_fitting(one, service) for one in service.calls),
        inbound=tuple(_fitting(one, service) for one in service.inbound),
        workflows=tuple(_fitting(one, service) for one in service.workflows),
    )


def _fitting(reaction: Named, service: ResolvedService) -> Named:
    return replace(reaction, names=fitting(reaction.names, service))


def fitting(names: Names, service: ResolvedService) -> Names:
    """The names of something that has a handler, whose module is not called so at length that Lambda refuses it."""
    room = LONGEST_HANDLER - len(f"{service.names.kebab}_service.handlers.set_.handler")
    if len(names.snake) <= room:
        return names
    digest = sha256(names.snake.encode()).hexdigest()[:8]
    return replace(names, snake=f"{names.snake[: room - 9].rstrip('_')}_{digest}")


def _aggregate(aggregate: ResolvedAggregate, service: ResolvedService) -> ResolvedAggregate:
    commands = tuple(_command(one, aggregate.names.snake, service) for one in aggregate.commands)
    return replace(aggregate, names=_renamed(aggregate.names, "state", LOCALS), commands=commands)


def _command(command: ResolvedCommand, aggregate: str, service: ResolvedService) -> ResolvedCommand:
    found = replace(command, names=fitting(_renamed(command.names, aggregate, LOCALS), service))
    taken = LOCALS | {aggregate}
    names = {one.name: f"known_{one.name}" for one in command.reads if _is_taken(one.name, taken)}
    if not names:
        return found
    reads = tuple(replace(one, name=names.get(one.name, one.name)) for one in command.reads)
    return replace(_with_expressions(found, lambda one: _with_roots(one, names)), reads=reads)


def _renamed(names: Names, kind: str, taken: frozenset[str]) -> Names:
    return replace(names, snake=f"{names.snake}_{kind}") if _is_taken(names.snake, taken) else names


def _is_taken(snake: str, taken: frozenset[str]) -> bool:
    return snake in taken or keyword.iskeyword(snake)


def _with_expressions(part: Part, change: Callable[[Checked], Checked]) -> Part:
    """Change every expression in a part of the model."""
    fields = {name: _changed(getattr(part, name), change) for name in part.__struct_fields__}
    return replace(part, **fields)


def _changed(value: object, change: Callable[[Checked], Checked]) -> object:
    if isinstance(value, Checked):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_changed(one, change) for one in value)
    return _with_expressions(value, change) if isinstance(value, msgspec.Struct) else value


def _with_roots(checked: Checked, names: Mapping[str, str]) -> Checked:
    return replace(checked, node=_node(checked.node, names))


def _node(node: nodes.Node, names: Mapping[str, str]) -> nodes.Node:
    if isinstance(node, nodes.Name):
        return replace(node, name=names.get(node.name, node.name))
    parts = {name: getattr(node, name) for name in node.__struct_fields__}
    return replace(node, **{name: _part(part, names) for name, part in parts.items()})


def _part(part: object, names: Mapping[str, str]) -> object:
    if isinstance(part, tuple):
        return tuple(_part(one, names) for one in part)
    return _node(part, names) if isinstance(part, nodes.Node) else part
