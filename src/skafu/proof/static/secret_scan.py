"""Looks for secrets in every file of a project."""

import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from skafu.proof.checks import CheckResult, Problem
from skafu.proof.static.secret_patterns import ASSIGNED, KNOWN_FORMS
from skafu.proof.subject import Subject, Timed

CHECK = "static.secrets"

_FIX = "Take it out, revoke it where it was issued, and read it from Secrets Manager."
_LONGEST_LINE = 4000
_LARGEST_FILE = 2_000_000
_HASHES_ONLY = ("uv.lock", "package-lock.json", ".skafu/lock.json")
_BITS_PER_CHARACTER = 3.5  # random base64 has about 4.7 at 32 characters, words and names below 3.3


def check_secrets(subject: Subject) -> list[CheckResult]:
    """Scan every text file."""
    timed = Timed(CHECK, "static")
    problems = [problem for path in subject.files for problem in _in_file(subject.root / path, path)]
    return [timed.result(f"{len(subject.files)} files", problems, {"kinds": [pattern.kind for pattern in KNOWN_FORMS]})]


def _in_file(file: Path, path: str) -> Iterator[Problem]:
    if file.is_symlink() or path.endswith(_HASHES_ONLY) or file.stat().st_size > _LARGEST_FILE:
        return
    content = file.read_bytes()
    if b"\0" in content:
        return
    for number, line in enumerate(content.decode(errors="replace").splitlines(), 1):
        for kind, value in secrets_in(line[:_LONGEST_LINE]):
            yield Problem(f"{kind}: {_hidden(value)}", path, number, fix=_FIX)


def secrets_in(line: str) -> Iterator[tuple[str, str]]:
    """Give kind and text of everything in a line that looks like a secret."""
    known = [(pattern.kind, found) for pattern in KNOWN_FORMS for found in pattern.form.finditer(line)]
    for kind, found in known:
        yield kind, found[0]
    if not known:
        for found in ASSIGNED.finditer(line):
            if _is_random(found["value"]):
                yield "value of a secret", found["value"]


def _is_random(value: str) -> bool:
    """Say whether a text looks made by a machine: no address, path, reference or words."""
    if any(mark in value for mark in ("://", "${", "{{", "<", "arn:", "/aws/", "...")):
        return False
    kinds = sum(any(test(one) for one in value) for test in (str.isdigit, str.isupper, str.islower))
    return kinds >= 2 and entropy(value) >= _BITS_PER_CHARACTER


def entropy(value: str) -> float:
    """Give Shannon's entropy of a text, in bits per character."""
    counts = Counter(value).values()
    return -sum(count / len(value) * math.log2(count / len(value)) for count in counts)


def _hidden(value: str) -> str:
    return f"{value[:4]}… ({len(value)} characters)"
