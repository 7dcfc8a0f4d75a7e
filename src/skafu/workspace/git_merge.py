"""The three-way merge of trees, with renames, deletions, modes and binaries as git's own cases."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from skafu.scaffold import File, FileTree
from skafu.scaffold.merging import Merge, Prepared, Rules, Unmerged, prepare, settle
from skafu.workspace.git_import import UNCHANGED, ImportStream, scratch_repository
from skafu.workspace.git_objects import ObjectReader, Oid, blob_oid, file_of, reading
from skafu.workspace.git_process import GitFailed, git, require_git

YOURS, BEFORE, TEMPLATE = "yours", "before", "template"
"""What the three sides are called at the marks of a conflict."""
_UNCHANGED = blob_oid(UNCHANGED)
_ALL = Rules()


def update(base: FileTree, ours: FileTree, theirs: FileTree, rules: Rules = _ALL) -> Merge:
    """Bring a project up to date: one three-way merge of trees by git, and what git can't decide by key and by rule.

    Args:
        base: the project as the template made it before.
        ours: the project as it is.
        theirs: the project as the template makes it now.
        rules: whose each path is.

    Returns:
        The merged tree and its conflicts. Every line that was added to the project is in the tree, or within a
        conflict that shows it.

    Raises:
        Unavailable: there is no git, or one that is too old.
    """
    return update_many([(base, ours, theirs)], rules)[0]


def update_many(triples: Sequence[tuple[FileTree, FileTree, FileTree]], rules: Rules = _ALL) -> list[Merge]:
    """Make many updates at once: three processes of git for all of them; see `update`."""
    require_git()
    prepared = [prepare(*one, rules) for one in triples]
    return [settle(one, merged.tree, merged.unmerged) for one, merged in zip(prepared, _merge(prepared), strict=True)]


@dataclass(frozen=True, slots=True)
class _Merged:
    tree: FileTree
    unmerged: tuple[Unmerged, ...]


@dataclass(frozen=True, slots=True)
class _Answer:
    """What git says of one merge: the tree, the stages of each path in conflict, and its reasons."""

    tree: Oid
    stages: tuple[tuple[str, Oid, int, str], ...]
    reasons: tuple[tuple[tuple[str, ...], str, str], ...]


def _merge(prepared: Sequence[Prepared]) -> list[_Merged]:
    stream = ImportStream()
    marks = [stream.triple(one.base, one.ours, one.theirs) for one in prepared]
    with scratch_repository() as repository:
        named = stream.send(repository)
        sides = [_Sides(*(named[mark] for mark in one)) for one in marks]
        asked = "".join(f"{one.ours} {one.theirs}\n" for one in sides).encode()
        answers = list(_answers(git("merge-tree", "--write-tree", "--stdin", at=repository, given=asked)))
        if len(answers) != len(prepared):
            raise GitFailed(["merge-tree"], "it did not answer for each merge")
        with reading(repository) as reader:
            return _read(prepared, sides, answers, _Known(stream, reader, answers))


@dataclass(frozen=True, slots=True)
class _Sides:
    """The commits of one merge."""

    base: Oid
    ours: Oid
    theirs: Oid

    def named(self, text: str) -> str:
        """Call the sides what people call them, in names that git makes up."""
        return text.replace(self.ours, YOURS).replace(self.theirs, TEMPLATE)

    def marked(self, file: File) -> File:
        """Call the sides what people call them, at the marks of a conflict."""
        if file.link is not None or b"<<<<<<< " not in file.content:
            return file
        content = file.content.replace(self.ours.encode(), YOURS.encode())
        content = content.replace(self.theirs.encode(), TEMPLATE.encode())
        return File(
            re.sub(rb"^(\|{7,}) ([0-9a-f]{4,40})\b", self._before, content, flags=re.MULTILINE), file.executable
        )

    def _before(self, found: re.Match[bytes]) -> bytes:
        is_base = self.base.encode().startswith(found[2])
        return found[1] + b" " + (BEFORE.encode() if is_base else found[2])


class _Known:
    """Contents by name: those that were sent, and those that git made."""

    def __init__(self, stream: ImportStream, reader: ObjectReader, answers: Sequence[_Answer]) -> None:
        self.trees = reader.files_below(one.tree for one in answers)
        wanted = {oid for files in self.trees.values() for _, oid in files.values()}
        wanted |= {oid for one in answers for _, oid, _, _ in one.stages}
        self._contents = {**stream.contents, **reader.read(wanted - set(stream.contents))}

    def file(self, mode: str, oid: Oid) -> File:
        return file_of(mode, self._contents[oid])


def _answers(said: bytes) -> Iterator[_Answer]:
    """Take apart what `git merge-tree --stdin` prints (https://git-scm.com/docs/git-merge-tree#OUTPUT)."""
    fields = iter(said.decode(errors="surrogateescape").split("\0")[:-1])
    for status in fields:
        if status not in {"0", "1"}:
            raise GitFailed(["merge-tree"], f"status {status!r}")
        tree = next(fields)
        stages = tuple(_stages(fields))
        yield _Answer(tree, stages, () if status == "1" else tuple(_reasons(fields)))


def _stages(fields: Iterator[str]) -> Iterator[tuple[str, Oid, int, str]]:
    for field in iter(lambda: next(fields), ""):
        head, _, path = field.partition("\t")
        mode, oid, stage = head.split()
        yield mode, oid, int(stage), path


def _reasons(fields: Iterator[str]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    for count in iter(lambda: next(fields), ""):
        paths = tuple(next(fields) for _ in range(int(count)))
        yield paths, next(fields), next(fields).strip()


def _read(
    prepared: Sequence[Prepared], sides: Sequence[_Sides], answers: Sequence[_Answer], known: _Known
) -> list[_Merged]:
    return [
        _Merged(_tree(one, side, answer, known), tuple(_unmerged(side, answer, known)))
        for one, side, answer in zip(prepared, sides, answers, strict=True)
    ]


def _tree(prepared: Prepared, side: _Sides, answer: _Answer, known: _Known) -> FileTree:
    files = {}
    for path, (mode, oid) in known.trees[answer.tree].items():
        made = prepared.base[path] if oid == _UNCHANGED and path in prepared.base else known.file(mode, oid)
        files[side.named(path)] = made
    for path in {side.named(one[3]) for one in answer.stages} & set(files):
        files[path] = side.marked(files[path])
    return FileTree.of_checked(files)


def _unmerged(side: _Sides, answer: _Answer, known: _Known) -> Iterator[Unmerged]:
    for path, stages in groupby(sorted(answer.stages, key=lambda one: one[3]), key=lambda one: one[3]):
        versions = {stage: known.file(mode, oid) for mode, oid, stage, _ in stages}
        about = [one for one in answer.reasons if path in one[0] and one[1].startswith("CONFLICT")]
        reasons = tuple(reason for _, reason, _ in about)
        message = "; ".join(side.named(words) for _, _, words in about)
        yield Unmerged(side.named(path), reasons, message, *(versions.get(stage) for stage in (1, 2, 3)))
