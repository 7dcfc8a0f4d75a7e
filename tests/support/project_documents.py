"""The documents of the project itself, and what stands in them: links, blocks of code, commands, paths."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMES = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")
DOCUMENTS = tuple(sorted([*(ROOT / name for name in NAMES), *(ROOT / "docs").rglob("*.md")]))

_BLOCK = re.compile(r"^(?P<indent> *)```(?P<label>[^\n`]*)\n(?P<text>.*?)^ *```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block of code: the words behind its fence, its text, and the line on which it starts."""

    document: Path
    line: int
    words: tuple[str, ...]
    text: str

    def __str__(self) -> str:
        return f"{name_of(self.document)}:{self.line}"


def name_of(document: Path) -> str:
    """Give the path from the root."""
    return document.relative_to(ROOT).as_posix()


def blocks_of(document: Path) -> Iterator[Block]:
    """Give the fenced blocks of a document."""
    text = document.read_text()
    for found in _BLOCK.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        yield Block(document, line, tuple(found["label"].split()), found["text"])


def prose_of(document: Path) -> str:
    """Give a document without its fenced blocks."""
    return _BLOCK.sub("", document.read_text())


def code_words_of(document: Path) -> list[str]:
    """Give what stands in backticks within the prose."""
    return _INLINE.findall(prose_of(document))


def links_of(document: Path) -> list[str]:
    """Give the targets of the links of a document."""
    return _LINK.findall(prose_of(document))


def anchors_of(document: Path) -> set[str]:
    """Give the anchors of the headings, as GitHub makes them."""
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in _HEADING.findall(prose_of(document)))
    return {heading.replace(" ", "-") for heading in plain}


def commands_of(document: Path) -> Iterator[str]:
    """Give the command lines of a document: those of its shell blocks, and those in backticks."""
    for block in blocks_of(document):
        if block.words[:1] in {("sh",), ("console",), ("bash",)}:
            for line in block.text.splitlines():
                yield from _split(line.removeprefix("$ "))
    for words in code_words_of(document):
        yield from _split(words)


def _split(line: str) -> Iterator[str]:
    for part in re.split(r"&&|;", line.partition(" #")[0].strip()):
        if part.split()[:1] in (["skafu"], ["make"]):
            yield part.strip()
