"""Names as a blueprint writes them, out of words of a description."""

import builtins
import keyword
import re
import unicodedata

from skafu.blueprint.naming import names_of, plural

MAX_WORDS = 30
"""Characters of a thing's name, so that `<thing>_id` and routes stay short."""
RENAMED = {
    "class": "class session", "event": "planned event", "list": "item list", "return": "return request",
    "pass": "access pass", "import": "import run", "break": "break time", "exception": "exception case",
    "warning": "warning notice", "money": "money amount", "command": "command order", "state": "state record",
    "query": "search query", "result": "result record", "file": "stored file", "object": "tracked object",
    "type": "item type", "set": "item set", "map": "area map", "property": "property listing",
    "filter": "saved filter", "input": "user input", "id": "identity", "caller": "phone caller", "row": "seat row",
    "range": "value range", "decimal": "decimal number", "none": "nothing", "struct": "structure",
    "literal": "literal text", "assert": "assertion", "finally": "last step", "lambda": "lambda function",
    "global": "global item", "is": "item", "now": "moment", "shared": "shared item", "test": "test run",
    "decision": "taken decision", "refusal": "noted refusal",
    "doc": "document", "hash": "hash value", "slice": "pizza slice", "format": "file format", "compile": "build",
    "print": "print job", "round": "round played", "sum": "total sum", "super": "superior", "iter": "iteration",
}  # fmt: skip
"""Things whose names mean something else in a blueprint or in Python."""

_BUILT_IN = frozenset(name.lower() for name in dir(builtins))


def plain(words: str) -> str:
    """Give words in lower-case ASCII letters and digits, separated by single spaces."""
    folded = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"[a-z0-9]+", folded.lower()))


def aggregate_words(thing: str) -> str:
    """Give the words that an aggregate is called by; what Python or the blueprint uses is called otherwise."""
    words = _short(plain(thing)) or "thing"
    if words[0].isdigit():
        words = f"item {words}"
    if words in RENAMED:
        return RENAMED[words]
    if keyword.iskeyword(words.replace(" ", "_")) or words in _BUILT_IN:
        return f"{words} record"
    return words


def _short(words: str) -> str:
    parts = words.split()
    while len(parts) > 1 and len(" ".join(parts)) > MAX_WORDS:
        parts = parts[1:]
    return " ".join(parts)[:MAX_WORDS].strip()


def pascal(words: str) -> str:
    """Give `PlaceOrder` for "place order"; 60 characters at most."""
    name = ""
    for part in plain(words.replace("_", " ")).split():
        if len(name) + len(part) > 58:
            break
        name += part[:1].upper() + part[1:]
    return name if name and not name[0].isdigit() else f"The{name[:50]}"


def snake(words: str) -> str:
    """Give `due_date` for "due date"; 40 characters at most, never a keyword."""
    parts: list[str] = []
    for part in plain(words.replace("_", " ").replace("-", " ")).split():
        if len("_".join([*parts, part])) > 34:
            break
        parts.append(part)
    name = names_of("_".join(parts) or "value").snake
    if not name[0].isalpha():
        name = f"n_{name}"
    return f"{name}_value" if keyword.iskeyword(name) else name


def kebab(words: str) -> str:
    """Give `quality-manager` for "quality manager"; 40 characters at most, beginning with a letter."""
    parts: list[str] = []
    for part in plain(words).split():
        if len("-".join([*parts, part])) > 38:
            break
        parts.append(part)
    name = names_of("-".join(parts) or plain(words).replace(" ", "")[:30] or "system").kebab
    return name if name[0].isalpha() else f"the-{name[:30]}"


def plural_words(words: str) -> str:
    """Give "purchase orders" for "purchase order"."""
    *before, last = words.split() or ["thing"]
    return " ".join([*before, plural(last)])
