"""What is special about GitHub: marks, batches, plans, pages, owners, runs and deployments."""

import msgspec
import pytest
from github_description import description
from github_opened import GitHubStage
from github_shop import CHANGED, FILES, FIRST, NOW, SHOP, made, proposal, pushed

from skafu.contexts.github.adapters.github.answers import HostFails, HostRefuses
from skafu.contexts.github.adapters.github.installations import CodeRefused
from skafu.contexts.github.domain.words import Protection
from skafu.contexts.github.ports import Commit, Dispatch, NotOffered, Proposal, Secret
from skafu.kernel.errors import Invalid, NotFound
from skafu.scaffold import File, FileTree

MANY = FileTree({f"src/part{number // 100}/file{number}.py": b"x = %d\n" % number for number in range(1000)})


async def test_the_mark_fits_into_any_description(stage: GitHubStage) -> None:
    await stage.host.repositories.create(SHOP, private=False, description="A shop\nwith " + "words " * 100)
    repo = stage.repo(SHOP)
    assert repo.description is not None
    assert repo.description.endswith("[skafu:0197-r]")
    assert "\n" not in repo.description
    assert not repo.private


async def test_a_repository_is_ours_by_its_commits_when_people_have_changed_the_description(stage: GitHubStage) -> None:
    await pushed(stage.host)
    stage.repo(SHOP).description = "Our new shop"
    await made(stage.host)
    assert (await stage.host.repositories.remove(SHOP)).gone


@pytest.mark.parametrize("what", ["forks", "tags", "pulls"])
async def test_a_repository_that_others_build_upon_stays(stage: GitHubStage, what: str) -> None:
    first = await pushed(stage.host)
    if what == "forks":
        stage.repo(SHOP).forks = 1
    elif what == "tags":
        stage.repo(SHOP).tags = ["v1"]
    else:
        await stage.host.pull_requests.open(SHOP, "main", CHANGED, proposal(first))
    assert not (await stage.host.repositories.remove(SHOP)).gone
    assert stage.fake.asked("DELETE", "") == 0


async def test_all_pages_are_read_before_a_repository_goes(stage: GitHubStage) -> None:
    commit = await pushed(stage.host)
    for number in range(4):
        commit = (
            await stage.host.contents.push(SHOP, "main", FILES | {"n": File(b"%d" % number)}, Commit("N", NOW, commit))
        ).commit
    stage.foreign_commit(SHOP, "zoo")
    stage.fake.page = 2
    removal = await stage.host.repositories.remove(SHOP)
    assert removal.reason == "branch zoo holds commits of others"


@pytest.mark.parametrize("owner", ["somebody", "other"])
async def test_only_organisations_that_have_the_app_get_repositories(stage: GitHubStage, owner: str) -> None:
    stage.fake.world.organisations["other"] = 77
    with pytest.raises(NotOffered, match="no organisation"):
        await made(stage.host, msgspec.structs.replace(SHOP, owner=owner))


async def test_many_files_go_in_few_calls_and_changes_alone_later(stage: GitHubStage) -> None:
    first = await pushed(stage.host, MANY)
    assert (stage.fake.asked("POST", "/git/trees"), stage.fake.asked("POST", "/git/blobs")) == (3, 0)
    changed = FileTree(
        {path: file for path, file in MANY.items() if "file7" not in path} | {"logo.png": bytes(range(256))}
    )
    await stage.host.contents.push(SHOP, "main", changed, Commit("Next", NOW, first))
    assert (stage.fake.asked("POST", "/git/trees"), stage.fake.asked("POST", "/git/blobs")) == (4, 1)
    sent = next(each for each in reversed(stage.fake.calls) if each.path.endswith("/git/trees")).body["tree"]
    assert len(sent) == 112
    assert dict(stage.files(SHOP, "main")) == dict(changed)


async def test_trees_that_github_cuts_are_read_folder_by_folder(stage: GitHubStage) -> None:
    first = await pushed(stage.host, MANY)
    stage.fake.world.truncate = True
    changed = MANY | {"src/part3/file300.py": File(b"y\n")}
    pushed_now = await stage.host.contents.push(SHOP, "main", changed, Commit("Next", NOW, first))
    assert pushed_now.changed == 1
    assert dict(stage.files(SHOP, "main")) == dict(changed)


async def test_a_file_may_become_a_folder_and_the_reverse(stage: GitHubStage) -> None:
    before = FileTree({"a": b"1", "b/c": b"2", "d": b"3"})
    after = FileTree({"a/x": b"1", "b": b"2", "d": b"3"})
    first = await pushed(stage.host, before)
    await stage.host.contents.push(SHOP, "main", after, Commit("Next", NOW, first))
    assert dict(stage.files(SHOP, "main")) == dict(after)


async def test_files_that_are_not_kept_as_they_are_are_noticed_before_a_branch_moves(stage: GitHubStage) -> None:
    await made(stage.host)
    start = stage.commits(SHOP, "main")
    stage.fake.world.keep_wrong = True
    with pytest.raises(HostFails, match="did not keep the files"):
        await stage.host.contents.push(SHOP, "main", FileTree({"a.bat": b"echo\r\n"}), FIRST)
    assert stage.commits(SHOP, "main") == start


async def test_what_the_api_cannot_take_is_refused_before(stage: GitHubStage) -> None:
    with pytest.raises(Invalid, match="no file"):
        await stage.host.contents.push(SHOP, "main", {}, FIRST)
    with pytest.raises(Invalid, match="UTF-8"):
        await stage.host.contents.push(SHOP, "main", {"\udcff": File(b"")}, FIRST)


async def test_a_proposal_that_changes_nothing_is_refused(stage: GitHubStage) -> None:
    first = await pushed(stage.host)
    stage.fake.world.repositories["acme/shop"].refs["refs/heads/skafu/pr1"] = first
    with pytest.raises(HostRefuses, match="No commits"):
        await stage.host.pull_requests.open(SHOP, "main", FILES, Proposal("skafu/pr1", "t", "b", FIRST))


async def test_protection_is_told_when_the_plan_has_none(stage: GitHubStage) -> None:
    await pushed(stage.host)
    protection = Protection(("test", "lint"), 2, admins_too=True)
    assert await stage.host.configuration.protect(SHOP, "main", protection) is None
    kept = stage.repo(SHOP).protection["main"]
    assert kept["required_status_checks"] == {"strict": True, "contexts": ["test", "lint"]}
    assert kept["required_pull_request_reviews"] == {"required_approving_review_count": 2}
    assert (kept["enforce_admins"], kept["allow_force_pushes"]) == (True, False)
    stage.fake.world.no_protection = True
    left_out = await stage.host.configuration.protect(SHOP, "main", protection)
    assert left_out is not None
    assert "Upgrade" in left_out.why


async def test_variables_are_set_whether_they_are_there_or_not(stage: GitHubStage) -> None:
    await made(stage.host)
    for value in ("eu-central-1", "eu-west-1", "eu-west-1"):
        await stage.host.configuration.set_variable(SHOP, "AWS_REGION", value)
    assert stage.repo(SHOP).variables == {"AWS_REGION": "eu-west-1"}
    assert (stage.fake.asked("POST", "/variables"), stage.fake.asked("PATCH", "/variables")) == (1, 1)


async def test_a_secret_can_be_opened_by_github_alone_and_replaced(stage: GitHubStage) -> None:
    await made(stage.host)
    for value in ("erste-ß", "second"):
        await stage.host.configuration.set_secret(SHOP, "API_KEY", Secret(value))
        assert stage.repo(SHOP).secrets == {"API_KEY": value}
    sent = [each.body["encrypted_value"] for each in stage.fake.calls if each.method == "PUT"]
    assert not any("second" in each or "erste" in each for each in sent)


async def test_workflows_that_cannot_be_started_are_told_apart(stage: GitHubStage) -> None:
    await pushed(stage.host)
    with pytest.raises(NotFound):
        await stage.host.workflows.dispatch(SHOP, Dispatch("missing.yml", "main", {}, NOW))
    with pytest.raises(NotOffered, match="workflow_dispatch"):
        await stage.host.workflows.dispatch(SHOP, Dispatch("ci.yml", "main", {}, NOW))


@pytest.mark.parametrize(
    ("status", "conclusion", "seen"),
    [
        ("queued", None, "waiting"),
        ("in_progress", None, "running"),
        ("completed", "success", "succeeded"),
        ("completed", "neutral", "succeeded"),
        ("completed", "skipped", "failed"),
        ("completed", "cancelled", "failed"),
        ("completed", "startup_failure", "failed"),
        ("completed", "action_required", "waiting"),
    ],
)
async def test_runs_are_told_in_our_words(stage: GitHubStage, status: str, conclusion: str | None, seen: str) -> None:
    await pushed(stage.host)
    run = await stage.host.workflows.dispatch(SHOP, Dispatch("deploy.yml", "main", {}, NOW))
    stage.repo(SHOP).runs[run.run_id] |= {"status": status, "conclusion": conclusion}
    assert (await stage.host.workflows.look_at_run(SHOP, run.run_id)).status == seen


@pytest.mark.parametrize(
    ("states", "seen"),
    [
        ((), "waiting"),
        (("queued",), "waiting"),
        (("queued", "in_progress"), "running"),
        (("in_progress", "success"), "succeeded"),
        (("success", "inactive"), "succeeded"),
        (("inactive",), "succeeded"),
        (("in_progress", "error"), "failed"),
    ],
)
async def test_deployments_are_told_by_their_newest_status(
    stage: GitHubStage, states: tuple[str, ...], seen: str
) -> None:
    await pushed(stage.host)
    stage.deploy(SHOP, 12, *states)
    assert (await stage.host.workflows.look_at_deployment(SHOP, 12)).status == seen


async def test_github_says_which_installations_a_person_can_see(stage: GitHubStage) -> None:
    installations = stage.opened.installations
    assert installations.address("s/1") == f"{stage.fake.address}/apps/skafu-app/installations/new?state=s%2F1"
    found = description().find("GET", "/user/installations")
    assert found is not None
    example = found[0].example(200)["installations"][0]
    stage.fake.people["code-1"] = [example]
    (seen,) = await installations.visible_with("code-1")
    assert (seen.installation_id, seen.account) == (example["id"], example["account"]["login"])
    assert seen.permissions == example["permissions"]
    with pytest.raises(CodeRefused, match="bad_verification_code"):
        await installations.visible_with("code-2")
