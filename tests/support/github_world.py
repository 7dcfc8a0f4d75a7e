"""What GitHub holds, as far as Skafu uses it: repositories with real git objects, branches, and who may see them."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from github_description import Json

from skafu.workspace.git_names import Entry, commit_oid, tree_oid
from skafu.workspace.git_objects import blob_oid

Answered = tuple[int, Json]
GITHUB = "GitHub <noreply@github.com>"


@dataclass(frozen=True)
class Asked:
    """A request as the world sees it: the values in its path, its query and body, whether it is shown old news."""

    values: Mapping[str, str]
    query: Mapping[str, str]
    body: Mapping[str, Any]
    stale: bool = False


@dataclass
class Made:
    """A commit."""

    tree: str
    parents: list[str]
    message: str


@dataclass
class Stored:
    """A repository."""

    id: int
    owner: str
    name: str
    private: bool
    description: str | None
    blobs: dict[str, bytes] = field(default_factory=dict)
    trees: dict[str, dict[str, Entry]] = field(default_factory=dict)
    commits: dict[str, Made] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)
    old_refs: dict[str, str] = field(default_factory=dict, repr=False)
    pulls: list[dict[str, Any]] = field(default_factory=list)
    old_pulls: int = field(default=0, repr=False)
    protection: dict[str, Json] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    runs: dict[int, dict[str, Any]] = field(default_factory=dict)
    deployments: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    forks: int = 0
    tags: list[str] = field(default_factory=list)

    @property
    def full_name(self) -> str:
        return f"{self.owner}/{self.name}"

    def put_tree(self, entries: dict[str, Entry]) -> str:
        """Keep a tree, and those below it."""
        oid = tree_oid(entries)
        self.trees[oid] = entries
        return oid

    def put_commit(self, tree: str, parents: list[str], person: str, at: datetime, message: str) -> str:
        oid = commit_oid(tree, parents[0] if parents else "", person, at, message)
        self.commits[oid] = Made(tree, parents, message)
        return oid

    def history(self, commit: str) -> list[str]:
        """A commit and those before it, the newest first."""
        found = []
        while commit:
            found.append(commit)
            commit = next(iter(self.commits[commit].parents), "")
        return found

    def seen_refs(self, asked: Asked) -> dict[str, str]:
        return self.old_refs if asked.stale else self.refs


@dataclass
class World:
    """All repositories, and the accounts that installations belong to."""

    clock: Callable[[], datetime]
    address: str = ""
    organisations: dict[str, int] = field(default_factory=lambda: {"acme": 42})
    repositories: dict[str, Stored] = field(default_factory=dict)
    old_names: set[str] = field(default_factory=set, repr=False)
    no_protection: bool = False
    keep_wrong: bool = False
    truncate: bool = False
    last: int = 1000

    def number(self) -> int:
        self.last += 1
        return self.last

    def remember(self) -> None:
        """What old news will show: what is there now."""
        self.old_names = set(self.repositories)
        for each in self.repositories.values():
            each.old_refs, each.old_pulls = dict(each.refs), len(each.pulls)

    def find(self, asked: Asked) -> Stored | None:
        key = f"{asked.values['owner']}/{asked.values['repo']}".lower()
        if asked.stale and key not in self.old_names:
            return None
        return self.repositories.get(key)

    def make(self, owner: str, name: str, *, private: bool = True, description: str | None = None) -> Stored:
        """A repository with the first commit that GitHub makes."""
        made = Stored(self.number(), owner, name, private, description)
        readme = f"# {name}\n".encode()
        made.blobs[blob_oid(readme)] = readme
        tree = made.put_tree({"README.md": ("100644", blob_oid(readme))})
        made.refs["refs/heads/main"] = made.put_commit(tree, [], GITHUB, self.clock(), "Initial commit")
        self.repositories[made.full_name.lower()] = made
        return made


def refused(status: int, message: str, **more: Json) -> Answered:
    return status, {"message": message, "documentation_url": "https://docs.github.com/rest", **more}


def moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def get_ref(world: World, repo: Stored, asked: Asked) -> Answered:
    name = f"refs/{asked.values['ref']}"
    commit = repo.seen_refs(asked).get(name)
    return refused(404, "Not Found") if commit is None else (200, _ref(world, repo, name, commit))


def _ref(world: World, repo: Stored, name: str, commit: str) -> Json:
    place = f"{world.address}/repos/{repo.full_name}/git"
    return {
        "ref": name,
        "node_id": "R",
        "url": f"{place}/{name}",
        "object": {"type": "commit", "sha": commit, "url": f"{place}/commits/{commit}"},
    }


def create_ref(world: World, repo: Stored, asked: Asked) -> Answered:
    name, commit = asked.body["ref"], asked.body["sha"]
    if commit not in repo.commits:
        return refused(422, "Object does not exist")
    if name in repo.refs:
        return refused(422, "Reference already exists")
    repo.refs[name] = commit
    return 201, _ref(world, repo, name, commit)


def update_ref(world: World, repo: Stored, asked: Asked) -> Answered:
    name, commit = f"refs/{asked.values['ref']}", asked.body["sha"]
    if name not in repo.refs:
        return refused(422, "Reference does not exist")
    if commit not in repo.commits:
        return refused(422, "Object does not exist")
    if not asked.body.get("force") and repo.refs[name] not in repo.history(commit):
        return refused(422, "Update is not a fast forward")
    repo.refs[name] = commit
    return 200, _ref(world, repo, name, commit)


def get_commit(world: World, repo: Stored, asked: Asked) -> Answered:
    commit = asked.values["commit_sha"]
    return (200, _commit(world, repo, commit)) if commit in repo.commits else refused(404, "Not Found")


def _commit(world: World, repo: Stored, commit: str) -> Json:
    made, place = repo.commits[commit], f"{world.address}/repos/{repo.full_name}/git"
    who = {"name": "Skafu", "email": "skafu@localhost", "date": moment(world.clock())}
    parents = [{"sha": each, "url": f"{place}/commits/{each}", "html_url": place} for each in made.parents]
    return {
        "sha": commit,
        "node_id": "C",
        "url": f"{place}/commits/{commit}",
        "html_url": f"{place}/commits/{commit}",
        "author": who,
        "committer": who,
        "tree": {"sha": made.tree, "url": f"{place}/trees/{made.tree}"},
        "message": made.message,
        "parents": parents,
        "verification": {
            "verified": False,
            "reason": "unsigned",
            "signature": None,
            "payload": None,
            "verified_at": None,
        },
    }


def create_commit(world: World, repo: Stored, asked: Asked) -> Answered:
    body = asked.body
    if body["tree"] not in repo.trees:
        return refused(422, "Tree SHA does not exist")
    if any(each not in repo.commits for each in body["parents"]):
        return refused(422, "Parent SHA does not exist or is not a commit object")
    who = body["author"]
    assert who == body["committer"]
    at = datetime.fromisoformat(who["date"])
    person = f"{who['name']} <{who['email']}>"
    return 201, _commit(world, repo, repo.put_commit(body["tree"], body["parents"], person, at, body["message"]))


def create_blob(world: World, repo: Stored, asked: Asked) -> Answered:
    content = base64.b64decode(asked.body["content"], validate=True)
    assert asked.body["encoding"] == "base64"
    oid = blob_oid(content)
    repo.blobs[oid] = content
    return 201, {"sha": oid, "url": f"{world.address}/repos/{repo.full_name}/git/blobs/{oid}"}


def create_tree(world: World, repo: Stored, asked: Asked) -> Answered:
    upon = asked.body.get("base_tree", "")
    if upon and upon not in repo.trees:
        return refused(404, "Not Found")
    entries = dict(repo.trees[upon]) if upon else {}
    for line in asked.body["tree"]:
        if "content" in line and "sha" in line:
            return refused(422, "must supply either tree.sha or tree.content")
        path = line["path"]
        if "sha" in line and line["sha"] is None:
            if path not in entries:
                return refused(422, "GitRPC::BadObjectState")
            del entries[path]
            continue
        oid = line.get("sha") or _inline(world, repo, line["content"])
        if oid not in repo.blobs:
            return refused(422, f"tree.sha {oid} is not a valid blob")
        _give_way(entries, path)
        entries[path] = (line["mode"], oid)
    return 201, _tree(world, repo, repo.put_tree(entries), recursive=False)


def _inline(world: World, repo: Stored, text: str) -> str:
    content = text.replace("\r\n", "\n").encode() if world.keep_wrong else text.encode()
    repo.blobs[blob_oid(content)] = content
    return blob_oid(content)


def _give_way(entries: dict[str, Entry], path: str) -> None:
    """A file takes the place of a folder, and a folder that of a file."""
    for each in [each for each in entries if each.startswith(f"{path}/") or path.startswith(f"{each}/")]:
        del entries[each]


def get_tree(world: World, repo: Stored, asked: Asked) -> Answered:
    oid = asked.values["tree_sha"]
    _remember_folders(repo)
    if oid not in repo.trees:
        return refused(404, "Not Found")
    return 200, _tree(world, repo, oid, recursive="recursive" in asked.query)


def _remember_folders(repo: Stored) -> None:
    for entries in list(repo.trees.values()):
        for folder in {path.split("/")[0] for path in entries if "/" in path}:
            repo.put_tree(_below(entries, folder))


def _below(entries: Mapping[str, Entry], folder: str) -> dict[str, Entry]:
    return {path[len(folder) + 1 :]: entry for path, entry in entries.items() if path.startswith(f"{folder}/")}


def _tree(world: World, repo: Stored, oid: str, *, recursive: bool) -> Json:
    entries, place = repo.trees[oid], f"{world.address}/repos/{repo.full_name}/git/trees"
    lines = [
        {
            "path": path,
            "mode": mode,
            "type": "blob",
            "sha": blob,
            "size": len(repo.blobs[blob]),
            "url": f"{place}/{blob}",
        }
        for path, (mode, blob) in entries.items()
        if recursive or "/" not in path
    ]
    folders = {path.rsplit("/", 1)[0] for path in entries if "/" in path}
    folders = {"/".join(each.split("/")[: depth + 1]) for each in folders for depth in range(each.count("/") + 1)}
    for folder in sorted(each for each in folders if recursive or "/" not in each):
        below = tree_oid(_below(entries, folder))
        lines.append({"path": folder, "mode": "040000", "type": "tree", "sha": below, "url": f"{place}/{below}"})
    cut = recursive and world.truncate and len(lines) > 1
    return {"sha": oid, "url": f"{place}/{oid}", "tree": lines[:1] if cut else lines, "truncated": cut}


GIT: Mapping[str, Callable[[World, Stored, Asked], Answered]] = {
    "git/get-ref": get_ref,
    "git/create-ref": create_ref,
    "git/update-ref": update_ref,
    "git/get-commit": get_commit,
    "git/create-commit": create_commit,
    "git/create-blob": create_blob,
    "git/create-tree": create_tree,
    "git/get-tree": get_tree,
}
