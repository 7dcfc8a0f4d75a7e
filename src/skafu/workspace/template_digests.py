"""The name of a template by what is in it."""

import hashlib

from skafu.scaffold import FileTree


def digest_of(files: FileTree, kind: str | None) -> str:
    """Give a digest of the files and the format of a template."""
    whole = hashlib.sha256(f"{kind}\n".encode())
    for path, file in files.items():
        head = f"{path}\0{len(file.content)}\0{int(file.executable)}\0{file.link}\n"
        whole.update(head.encode("utf-8", "surrogatepass"))
        whole.update(file.content)
    return whole.hexdigest()
