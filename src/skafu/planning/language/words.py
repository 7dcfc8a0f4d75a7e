"""Cuts a text into sentences and these into words, with spans of time and limits already read."""

import re
from dataclasses import dataclass

from skafu.planning.language.marks import Mark, mark_spans
from skafu.planning.lexicon import grammar, nouns

_BULLET = re.compile(r"^\s*(?:[-*•\u2013+]|\d{1,2}[.)])\s+")
_HEADING = re.compile(r"^\s*#{1,6}\s*")
_END = re.compile(r"(?<=[.!?;])[\"')\]]*\s+(?=[\"'(\[]*[A-Z0-9])|(?<=[!?])\s+|(?<=\w[.])\s+(?=[a-z])|\s*;\s+")
_WORD = re.compile(r"⟦\d+⟧|[A-Za-zÀ-ɏ][A-Za-z0-9À-ɏ_]*(?:[-'\u2019][A-Za-z0-9À-ɏ_]+)*|\d+(?:[.,]\d+)*|[,.;:!?()/%]")
_COMPOUND = re.compile(
    r"\b(" + "|".join(sorted((re.escape(phrase) for phrase in nouns.COMPOUNDS), key=len, reverse=True)) + r")(s|es)?\b"
)
_REPHRASED = tuple((re.compile(pattern), words) for pattern, words in grammar.REPHRASED)


@dataclass(frozen=True, slots=True)
class Word:
    """One word, number or mark of punctuation; `mark` is what a span of time or a limit says."""

    text: str
    low: str
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as it was written, and its words."""

    text: str
    words: tuple[Word, ...]


def sentences_of(text: str) -> tuple[Sentence, ...]:
    """Cut a text into sentences.

    Lines belong together unless the next one starts a list item or a story, or the former one ended a sentence.
    """
    return tuple(
        Sentence(written, words) for written in _written(text) if (words := _words(written)) and _says_something(words)
    )


def _says_something(words: tuple[Word, ...]) -> bool:
    return any(word.low[:1].isalpha() for word in words)


def _written(text: str) -> list[str]:
    found: list[str] = []
    for paragraph in _paragraphs(text):
        found += [" ".join(part.split()) for part in _END.split(paragraph) if part and part.strip()]
    return found


def _paragraphs(text: str) -> list[str]:
    paragraphs: list[str] = []
    open_line = False
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        plain = _BULLET.sub("", _HEADING.sub("", line)).strip()
        starts = plain != line.strip() or not open_line or re.match(r"As an? |Given |When |Then ", plain)
        if starts:
            paragraphs.append(plain)
        elif plain:
            paragraphs[-1] += " " + plain
        open_line = bool(plain) and not _HEADING.match(line)
    return [paragraph for paragraph in paragraphs if paragraph]


def _words(written: str) -> tuple[Word, ...]:
    plain = written.replace("\u2019", "'").replace("\u2018", "'").replace("\u201c", '"').replace("\u201d", '"')
    low = _contracted(re.sub(r"\bIT\b(?=[^A-Z]*$|[^A-Z]*[a-z])", "it_department", plain).lower())
    for pattern, words in _REPHRASED:
        low = pattern.sub(words, low)
    low, marks = mark_spans(low)
    low = _COMPOUND.sub(lambda found: found.group(1).replace(" ", "_") + (found.group(2) or ""), low)
    low = re.sub(r"(\w)s' ", r"\1s 's ", re.sub(r"(\w)'s\b", r"\1 's", low))
    return tuple(_word(part, marks) for part in re.findall(rf"'s\b|{_WORD.pattern}", low))


def _contracted(low: str) -> str:
    for short, long in grammar.CONTRACTIONS:
        low = re.sub(rf"{short}\b", long, low) if short.startswith(("n", "'")) else re.sub(rf"\b{short}\b", long, low)
    return low


def _word(part: str, marks: list[Mark]) -> Word:
    if part.startswith("⟦"):
        mark = marks[int(part.strip("⟦⟧"))]
        return Word(mark.text, "⟦", mark)
    return Word(part, part.lower())
