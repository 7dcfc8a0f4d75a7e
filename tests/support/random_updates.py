"""Random projects, edits by hand and changes of the template, and which lines of people an update would lose."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from random import Random

from skafu.scaffold import File, FileTree

Files = dict[str, File]
Triple = tuple[FileTree, FileTree, FileTree]

ENDINGS = ("py", "md", "yml", "toml", "json", "txt", "cfg")
FOLDERS = ("", "src/", "src/deep/", "tests/", "docs/", ".github/workflows/")
MOST_EDITS = 6


@dataclass
class Hand:
    """Somebody who edits: each line that he writes is found nowhere else."""

    name: str
    chance: Random
    count: int = 0
    acts: list[Callable[[Files], None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        few = (self.remove_file, self.move_file, self.move_folder, self.make_file, self.switch_mode, self.end_lines)
        often = (self.insert, self.insert, self.insert, self.change, self.change, self.cut, self.repeat, self.swap)
        self.acts = [*few, *often, *often, self.scratch_bytes, self.replace_by_link]

    def edit(self, tree: FileTree) -> FileTree:
        """A tree after a few edits."""
        files = dict(tree)
        for _ in range(self.chance.randint(0, MOST_EDITS)):
            self.chance.choice(self.acts)(files)
        taken = {path for path in files if any(other.startswith(f"{path}/") for other in files)}
        return FileTree({path: file for path, file in files.items() if path not in taken})

    def word(self) -> str:
        """A word that was never written."""
        self.count += 1
        return f"{self.name}_{self.count}"

    def line_for(self, path: str, beside: bytes) -> bytes:
        """A line that fits a file, indented as the one beside it."""
        indent = beside[: len(beside) - len(beside.lstrip(b" "))]
        word = self.word()
        shapes = {
            "yml": (f"{word}: {word}", f"# {word}", f"- {word}"),
            "toml": (f'{word} = "{word}"', f"# {word}", f"[{word}]"),
            "json": (f'"{word}": "{word}",',),
        }
        shape = self.chance.choice(shapes.get(path.rpartition(".")[2], (f"{word} = 1", f"# {word}")))
        return indent + shape.encode() + (b"\r\n" if beside.endswith(b"\r\n") else b"\n")

    def _text(self, files: Files) -> tuple[str, list[bytes]] | None:
        texts = [path for path, file in files.items() if file.link is None and b"\0" not in file.content]
        if not texts:
            return None
        path = self.chance.choice(texts)
        return path, files[path].content.splitlines(keepends=True)

    def _rewrite(self, files: Files, act: Callable[[str, list[bytes]], None]) -> None:
        if found := self._text(files):
            path, lines = found
            act(path, lines)
            files[path] = replace(files[path], content=b"".join(lines))

    def insert(self, files: Files) -> None:
        """Write a few lines into a file."""

        def act(path: str, lines: list[bytes]) -> None:
            at = self.chance.randint(0, len(lines))
            for _ in range(self.chance.randint(1, 3)):
                lines.insert(at, self.line_for(path, lines[at - 1] if at else b""))

        self._rewrite(files, act)

    def change(self, files: Files) -> None:
        """Write other lines in the place of some."""

        def act(path: str, lines: list[bytes]) -> None:
            if lines:
                at = self.chance.randrange(len(lines))
                lines[at : at + self.chance.randint(1, 3)] = [self.line_for(path, lines[at])]

        self._rewrite(files, act)

    def cut(self, files: Files) -> None:
        """Remove some lines."""

        def act(_path: str, lines: list[bytes]) -> None:
            at = self.chance.randint(0, len(lines))
            del lines[at : at + self.chance.randint(1, 6)]

        self._rewrite(files, act)

    def repeat(self, files: Files) -> None:
        """Copy some lines to another place."""

        def act(_path: str, lines: list[bytes]) -> None:
            at, to = self.chance.randint(0, len(lines)), self.chance.randint(0, len(lines))
            lines[to:to] = lines[at : at + 3]

        self._rewrite(files, act)

    def swap(self, files: Files) -> None:
        """Change the order of lines."""

        def act(_path: str, lines: list[bytes]) -> None:
            at = self.chance.randint(0, len(lines))
            lines[at : at + 4] = reversed(lines[at : at + 4])

        self._rewrite(files, act)

    def remove_file(self, files: Files) -> None:
        """Remove a file."""
        if files:
            del files[self.chance.choice(sorted(files))]

    def move_file(self, files: Files) -> None:
        """Give a file another name."""
        if files:
            path = self.chance.choice(sorted(files))
            files[f"{self.chance.choice(FOLDERS)}{self.word()}.{path.rpartition('.')[2]}"] = files.pop(path)

    def move_folder(self, files: Files) -> None:
        """Give a folder another name."""
        folder = self.chance.choice(FOLDERS)
        to = f"{self.word()}/"
        for path in [path for path in files if path.startswith(folder)]:
            files[to + path[len(folder) :]] = files.pop(path)

    def make_file(self, files: Files) -> None:
        """Add a file; now and then both sides choose the same name."""
        name = self.word() if self.chance.random() < 0.7 else "same"
        path = f"{self.chance.choice(FOLDERS)}{name}.{self.chance.choice(ENDINGS)}"
        files[path] = File(b"".join(self.line_for(path, b"") for _ in range(self.chance.randint(1, 8))))

    def switch_mode(self, files: Files) -> None:
        """Make a file executable, or not."""
        if plain := sorted(path for path, file in files.items() if file.link is None):
            path = self.chance.choice(plain)
            files[path] = replace(files[path], executable=not files[path].executable)

    def end_lines(self, files: Files) -> None:
        """Turn line feeds into CRLF, or back."""
        if found := self._text(files):
            path, _ = found
            content = files[path].content
            plain = content.replace(b"\r\n", b"\n")
            files[path] = replace(files[path], content=plain if plain != content else plain.replace(b"\n", b"\r\n"))

    def scratch_bytes(self, files: Files) -> None:
        """Change a file that is no text."""
        if binaries := [path for path, file in files.items() if b"\0" in file.content]:
            path = self.chance.choice(binaries)
            files[path] = replace(files[path], content=b"\0" + self.word().encode())

    def replace_by_link(self, files: Files) -> None:
        """Put a link to another place where a file is."""
        if files and self.chance.random() < 0.3:
            files[self.chance.choice(sorted(files))] = File(b"", link=self.word())


def a_project(chance: Random) -> FileTree:
    """A project as a template makes it."""
    files: Files = {}
    for number in range(chance.randint(1, 7)):
        ending = chance.choice(ENDINGS)
        files[f"{chance.choice(FOLDERS)}f{number}.{ending}"] = File(_content(chance, number, ending))
    if chance.random() < 0.5:
        files["logo.png"] = File(b"\0\1\2" + bytes(chance.randrange(256) for _ in range(64)))
    return FileTree(files)


def _content(chance: Random, number: int, ending: str) -> bytes:
    names = [f"key_{number}_{row}" for row in range(chance.randint(1, 25))]
    match ending:
        case "yml":
            text = "".join(f"{one}:\n  a: {one}\n  b: [1, 2]\n" for one in names)
        case "toml":
            text = "".join(f'[{one}]\na = "{one}"\nb = 1\n' for one in names)
        case "json":
            text = "{\n" + "".join(f'  "{one}": 1,\n' for one in names) + '  "end": true\n}\n'
        case _:
            text = "".join(f"{one} = {row}\n\n" if row % 4 else f"def {one}:\n" for row, one in enumerate(names))
    return text.encode() if chance.random() < 0.9 else text.encode().replace(b"\n", b"\r\n")


def random_update(seed: int) -> Triple:
    """A project before, with edits by hand, and as the template makes it now."""
    chance = Random(seed)
    base = a_project(chance)
    return base, Hand("mine", chance).edit(base), Hand("new", chance).edit(base)


def lost_lines(base: FileTree, ours: FileTree, merged: FileTree) -> list[str]:
    """The lines, bytes and links that were added by hand and are not in the merged tree."""
    known, found = set(_lines(base)), set(_lines(merged))
    return [line for line in _lines(ours) if line not in known and line not in found]


def _lines(tree: FileTree) -> Iterator[str]:
    for file in tree.values():
        if file.link is not None:
            yield f"-> {file.link}"
        elif b"\0" in file.content:
            yield repr(file.content)
        else:
            yield from (line.strip().rstrip(",") for line in file.content.decode().splitlines())
