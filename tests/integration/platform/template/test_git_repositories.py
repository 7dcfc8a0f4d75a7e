"""Repositories are read by git at one commit, without checking anything out, and only from where they may be."""

import subprocess
from pathlib import Path

import pytest

from skafu.contexts.template.adapters import git_repositories
from skafu.contexts.template.adapters.git_repositories import GitRepositories, fetched
from skafu.kernel.errors import Invalid, NotFound, Refused, Unavailable


def git(at: Path, *words: str) -> str:
    person = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    done = subprocess.run(["git", *person, *words], cwd=at, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    at = tmp_path / "repository"
    at.mkdir()
    git(at, "init", "--quiet", "--initial-branch=main")
    (at / "copier.yml").write_text("name: a\n")
    (at / "run.sh").write_text("true\n")
    (at / "run.sh").chmod(0o755)
    (at / "link").symlink_to("copier.yml")
    (at / ".gitattributes").write_text("*.yml filter=evil\n")
    git(at, "add", ".")
    git(at, "commit", "--quiet", "-m", "first")
    git(at, "tag", "v1")
    (at / "second.txt").write_text("2")
    git(at, "add", ".")
    git(at, "commit", "--quiet", "-m", "second")
    return at


async def test_the_files_of_one_commit(repository: Path) -> None:
    newest = await fetched(str(repository), "", ())
    first = await fetched(str(repository), "v1", ())

    assert newest.commit == git(repository, "rev-parse", "HEAD")
    assert first.commit == git(repository, "rev-parse", "v1")
    assert sorted(set(newest.files) - set(first.files)) == ["second.txt"]
    assert first.files["run.sh"].executable
    assert first.files["link"].link == "copier.yml"
    assert first.files["copier.yml"].content == b"name: a\n"


async def test_a_branch_and_a_commit_are_places_too(repository: Path) -> None:
    first = git(repository, "rev-parse", "v1")
    git(repository, "config", "uploadpack.allowAnySHA1InWant", "true")

    assert (await fetched(str(repository), "main", ())).commit == git(repository, "rev-parse", "HEAD")
    assert (await fetched(str(repository), first, ())).commit == first


@pytest.mark.parametrize("at", ["v9", "refs/heads/none"])
async def test_a_place_that_is_not_there(repository: Path, at: str) -> None:
    with pytest.raises(NotFound, match=at):
        await fetched(str(repository), at, ())


@pytest.mark.parametrize("at", ["--upload-pack=touch x", "a b", "a:b", "a..^b", "x" * 201, "a\nb"])
async def test_a_place_that_is_none_is_not_given_to_git(repository: Path, at: str) -> None:
    with pytest.raises(Invalid):
        await fetched(str(repository), at, ())


async def test_only_https_is_spoken(repository: Path) -> None:
    settings = git_repositories.https_only("github.com", "192.0.2.1")

    for address in (str(repository), f"file://{repository}", "http://127.0.0.1:9/a", "ext::true"):
        with pytest.raises(Unavailable, match="not allowed"):
            await fetched(address, "", settings)


async def test_a_host_that_leads_into_this_network_is_never_asked() -> None:
    repositories = GitRepositories(["github.com"], lambda _: ["127.0.0.1"])

    with pytest.raises(Invalid, match="public internet"):
        await repositories.fetch("https://github.com/a/b", "")
    with pytest.raises(Invalid, match="not read here"):
        repositories.check("https://evil.example/a/b")


async def test_more_than_a_template_may_be_is_refused_before_it_is_read(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, most, words in (
        ("MOST_FILES", 2, "more than 2 files"),
        ("MOST_BYTES_OF_A_FILE", 3, "has more than"),
        ("MOST_BYTES", 10, "has more than"),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(git_repositories, name, most)
            with pytest.raises(Refused, match=words):
                await fetched(str(repository), "", ())


async def test_what_is_no_repository_is_said(tmp_path: Path) -> None:
    with pytest.raises((NotFound, Unavailable)):
        await fetched(str(tmp_path), "", ())
