"""What a recognised hook may call: Python's file functions over a folder in memory, and plain work with texts."""

import posixpath
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from skafu.scaffold.hook_folder import HOME, Folder, NotRecognised
from skafu.scaffold.values import Loose

LONGEST_TEXT = 20_000
MOST_ITEMS = 2_000
_DEEPEST = 3
_LONGEST_NAME = 200
_MOST_QUANTIFIERS = 3
_WIDTH = re.compile(r"\{[^}]*:|%[-+ #0.]*\d")
_QUANTIFIER = re.compile(r"(?<!\\)[*+{]")
_GROUP_REPEATED = re.compile(r"\)[*+{]")

TEXT_METHODS = frozenset(
    {
        *("lower", "upper", "strip", "lstrip", "rstrip", "split", "rsplit", "splitlines", "startswith", "endswith"),
        *("replace", "join", "title", "capitalize", "isidentifier", "isdigit", "isalpha", "isalnum", "islower"),
        *("isupper", "find", "count", "format", "removeprefix", "removesuffix", "partition", "rpartition", "casefold"),
    }
)
_MATCHES = ("match", "search", "fullmatch")
_LEVELS = ("debug", "info", "warning", "error", "critical")
COLLECTION_METHODS = frozenset({"append", "extend", "add", "get", "items", "keys", "values", "union", "difference"})


class Ended(Exception):
    """The hook ends the run."""

    def __init__(self, code: Loose) -> None:
        """Keep the exit code: None or 0 is good."""
        super().__init__(str(code))
        self.code = code


@dataclass(frozen=True)
class Located:
    """A `pathlib.Path` in a hook."""

    path: str

    def __str__(self) -> str:
        """The path as text."""
        return self.path


@dataclass(frozen=True)
class Pattern:
    """A compiled regular expression in a hook."""

    pattern: str


@dataclass(frozen=True)
class Logger:
    """A logger of `logging` in a hook; what it is told is printed."""

    say: Callable[..., None]


def text_of(path: Loose) -> str:
    """The text of a path, which is a text or a `Path`."""
    if not isinstance(path, str | Located):
        raise TypeError("a path is a text")
    return str(path)


def _ended(code: Loose = None) -> None:
    raise Ended(code)


def _pattern(pattern: Loose, subject: Loose) -> None:
    """Refuse regular expressions that might take long; names need none of those."""
    if not isinstance(pattern, str) or not isinstance(subject, str):
        raise NotRecognised("a regular expression over anything but text")
    too_many = len(_QUANTIFIER.findall(pattern)) > _MOST_QUANTIFIERS or _GROUP_REPEATED.search(pattern)
    if too_many or len(pattern) > _LONGEST_NAME or len(subject) > _LONGEST_NAME:
        raise NotRecognised("a regular expression that might take long")


def _matching(kind: str) -> Callable[[Loose, Loose], Loose]:
    def match(pattern: Loose, subject: Loose) -> Loose:
        _pattern(pattern, subject)
        found = getattr(re, kind)(pattern, subject)
        return None if found is None else True

    return match


def library(folder: Folder, out: list[str]) -> dict[str, Loose]:
    """Give the functions by their full names.

    Args:
        folder: what the file functions work on.
        out: takes what is printed.
    """

    def say(*words: Loose, **_: Loose) -> None:
        if len(out) < MOST_ITEMS:
            out.append(" ".join(shown(word) for word in words))

    return {
        **_os_functions(folder),
        **_tree_functions(folder),
        "pathlib.Path": lambda *parts: Located(posixpath.normpath(posixpath.join(*map(text_of, parts or (".",))))),
        "pathlib.Path.cwd": lambda: Located(HOME),
        **dict.fromkeys(("sys.exit", "exit", "quit"), _ended),
        "sys.stdout.write": say,
        "sys.stderr.write": say,
        "print": say,
        **{f"re.{name}": _matching(name) for name in _MATCHES},
        "re.compile": Pattern,
        "logging.basicConfig": lambda **_: None,
        "logging.getLogger": lambda *_: Logger(say),
        **{f"logging.{name}": say for name in _LEVELS},
        **{f"logging.{name.upper()}": name for name in _LEVELS},
        **_plain_functions(),
    }


def _tree_functions(folder: Folder) -> dict[str, Loose]:
    def makedirs(path: Loose, mode: int = 0, exist_ok: Loose = None) -> None:
        del mode
        folder.make(text_of(path), above=True, exist_ok=bool(exist_ok))

    def rmtree(path: Loose, ignore_errors: Loose = None, **_: Loose) -> None:
        try:
            folder.remove_all(text_of(path))
        except OSError:
            if not ignore_errors:
                raise

    return {
        "os.makedirs": makedirs,
        "shutil.rmtree": rmtree,
        "shutil.move": lambda source, to: folder.move(text_of(source), text_of(to), into=True),
        **{
            f"shutil.{name}": lambda a, b: folder.copy(text_of(a), text_of(b)) for name in ("copy", "copy2", "copyfile")
        },
    }


def _os_functions(folder: Folder) -> dict[str, Loose]:
    absolute = {
        f"os.path.{name}": lambda path: posixpath.normpath(posixpath.join(HOME, text_of(path)))
        for name in ("abspath", "realpath")
    }
    return {
        "os.curdir": ".",
        "os.sep": "/",
        "os.path.sep": "/",
        "os.path.curdir": ".",
        "os.getcwd": lambda: HOME,
        **{f"os.{name}": lambda path: folder.remove(text_of(path)) for name in ("remove", "unlink")},
        "os.rmdir": lambda path: folder.remove_empty(text_of(path)),
        "os.mkdir": lambda path: folder.make(text_of(path), above=False, exist_ok=False),
        **{
            f"os.{name}": lambda a, b: folder.move(text_of(a), text_of(b), into=False) for name in ("rename", "replace")
        },
        "os.listdir": lambda path=".": folder.names(text_of(path)),
        **absolute,
        **{f"os.path.{name}": lambda path: folder.exists(text_of(path)) for name in ("exists", "lexists")},
        "os.path.isfile": lambda path: folder.is_file(text_of(path)),
        "os.path.isdir": lambda path: folder.is_folder(text_of(path)),
        "os.path.islink": lambda path: (
            folder.is_file(text_of(path)) and folder.files[folder.place(str(path))].link is not None
        ),
        "os.path.join": lambda *parts: posixpath.join(*map(text_of, parts)),
        "os.path.normpath": lambda path: posixpath.normpath(text_of(path)),
        "os.path.basename": lambda path: posixpath.basename(text_of(path)),
        "os.path.dirname": lambda path: posixpath.dirname(text_of(path)),
        "os.path.splitext": lambda path: posixpath.splitext(text_of(path)),
    }


def _plain_functions() -> dict[str, Loose]:
    plain: Iterable[Loose] = (int, bool, len, sorted, list, tuple, set, dict, any, all, enumerate, zip)
    return {**{one.__name__: one for one in plain}, "str": shown}


def shown(value: Loose = "") -> str:
    """Turn a single value into text.

    Raises:
        NotRecognised: it holds other values.
    """
    if value is None or isinstance(value, str | int | Located):
        return str(value)
    raise NotRecognised(f"text of a {type(value).__name__}")


def bounded(value: Loose) -> Loose:
    """Give a value that is not too large: a hook that works with files by the answers needs no other.

    Raises:
        NotRecognised: it is too large.
    """
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            raise NotRecognised("a text that grows")
    elif isinstance(value, list | tuple | set | dict):
        level: list[Loose] = [value]
        for _ in range(_DEEPEST):
            level = [inner for one in level if isinstance(one, list | tuple | set | dict) for inner in one]
            if len(level) > MOST_ITEMS:
                raise NotRecognised("a list that grows")
        if any(isinstance(one, list | tuple | set | dict) for one in level):
            raise NotRecognised("lists in lists")
    return value


def formatted(pattern: str, words: Iterable[Loose]) -> None:
    """Refuse a format that could give more than its parts.

    Raises:
        NotRecognised: it has a width, or takes anything but texts and numbers.
    """
    if _WIDTH.search(pattern) or not all(isinstance(word, str | int) for word in words):
        raise NotRecognised("a format of anything but short texts")


def method(folder: Folder, owner: Loose, name: str) -> Callable[..., Loose]:
    """Give a method of a value.

    Raises:
        NotRecognised: a hook may not call it.
    """
    if isinstance(owner, str) and name in TEXT_METHODS:
        return _text_method(owner, name)
    if isinstance(owner, list | set | dict | tuple) and name in COLLECTION_METHODS and hasattr(owner, name):
        return _collection_method(owner, name)
    if isinstance(owner, Located) and name in (methods := _path_methods(folder, owner.path)):
        return methods[name]
    if isinstance(owner, Pattern) and name in _MATCHES:
        return partial(_matching(name), owner.pattern)
    if isinstance(owner, Logger) and name in _LEVELS:
        return owner.say
    raise NotRecognised(f"the method {name!r}")


def _text_method(owner: str, name: str) -> Callable[..., Loose]:
    def call(*words: Loose, **named: Loose) -> Loose:
        if name == "format":
            formatted(owner, (*words, *named.values()))
        if name == "replace":
            bounded_length = len(owner) + owner.count(words[0]) * len(words[1])
        elif name == "join":
            words = (list(words[0]),)
            bounded_length = sum(len(word) + len(owner) for word in words[0])
        else:
            bounded_length = len(owner) * (1 + sum(len(word) for word in words if isinstance(word, str)))
        if bounded_length > LONGEST_TEXT * 10:
            raise NotRecognised("a text that grows")
        return bounded(getattr(owner, name)(*words, **named))

    return call


def _collection_method(owner: Loose, name: str) -> Callable[..., Loose]:
    def call(*words: Loose) -> Loose:
        if name in {"append", "add", "extend"} and len(owner) + len(bounded(list(words))) > MOST_ITEMS:
            raise NotRecognised("a list that grows")
        result = getattr(owner, name)(*words)
        bounded(owner)
        return list(result) if name in {"items", "keys", "values"} else result

    return call


def _path_methods(folder: Folder, path: str) -> dict[str, Callable[..., Loose]]:
    def unlink(missing_ok: Loose = None) -> None:
        try:
            folder.remove(path)
        except FileNotFoundError:
            if not missing_ok:
                raise

    return {
        "unlink": unlink,
        "rmdir": lambda: folder.remove_empty(path),
        "exists": lambda: folder.exists(path),
        "is_file": lambda: folder.is_file(path),
        "is_dir": lambda: folder.is_folder(path),
        "joinpath": lambda *parts: Located(posixpath.normpath(posixpath.join(path, *map(text_of, parts)))),
        "mkdir": lambda parents=False, exist_ok=False: folder.make(path, above=bool(parents), exist_ok=bool(exist_ok)),
        "rename": lambda to: folder.move(path, text_of(to), into=False),
        "iterdir": lambda: [Located(posixpath.join(path, name)) for name in folder.names(path)],
        **{name: lambda: Located(posixpath.normpath(posixpath.join(HOME, path))) for name in ("resolve", "absolute")},
        "as_posix": lambda: path,
    }


def path_attribute(owner: Located, name: str) -> Loose:
    """Give an attribute of a `Path`.

    Raises:
        NotRecognised: there is no such one here.
    """
    stem, suffix = posixpath.splitext(posixpath.basename(owner.path))
    found = {
        "name": posixpath.basename(owner.path),
        "stem": stem,
        "suffix": suffix,
        "parent": Located(posixpath.dirname(owner.path) or "."),
    }
    if name not in found:
        raise NotRecognised(f"the attribute {name!r}")
    return found[name]
