"""GitHub on a bad day: limits, errors, lost connections, old news, tokens that end. What was asked for is done once."""

import logging
import random
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from typing import TypeVar

import pytest
from github_fake import Call, Kind
from github_opened import APP, GitHubStage
from github_shop import CHANGED, FILES, FIRST, NOW, SHOP, made, proposal, pushed

from skafu.contexts.github.adapters.github.answers import HostFails
from skafu.contexts.github.adapters.github.breaker import HostDown
from skafu.contexts.github.adapters.github.host import github
from skafu.contexts.github.adapters.github.surroundings import Surroundings
from skafu.contexts.github.ports import Commit, Dispatch, HostBusy, HostDenies, Secret
from skafu.kernel.errors import Unavailable
from skafu.kernel.telemetry import Attributes

T = TypeVar("T")


async def test_a_short_wait_that_github_asks_for_is_waited(stage: GitHubStage) -> None:
    stage.fake.trouble("retry-after", "GET /repos")
    assert await stage.host.repositories.find(SHOP) is None
    assert stage.clock.waited == [7.0]


async def test_the_hourly_limit_is_waited_for_until_its_reset(stage: GitHubStage) -> None:
    stage.fake.trouble("primary", "GET /repos")
    assert await stage.host.repositories.find(SHOP) is None
    assert stage.clock.waited == [21.0]


async def test_a_secondary_limit_without_a_time_is_given_longer_and_longer(stage: GitHubStage) -> None:
    stage.fake.trouble("secondary", "GET /repos", times=2)
    with pytest.raises(HostBusy) as busy:
        await stage.host.repositories.find(SHOP)
    assert busy.value.seconds == 60.0
    with pytest.raises(HostBusy):
        await stage.host.repositories.find(SHOP)
    assert stage.fake.asked("GET", "/repos") == 1, "nobody asks before the time is over"
    stage.clock.now += timedelta(seconds=60)
    with pytest.raises(HostBusy) as longer:
        await stage.host.repositories.find(SHOP)
    assert longer.value.seconds == 120.0
    stage.clock.now += timedelta(seconds=120)
    assert await stage.host.repositories.find(SHOP) is None


async def test_one_who_is_told_to_wait_for_ever_gives_up(stage: GitHubStage) -> None:
    stage.fake.trouble("retry-after", "GET /repos", times=99)
    with pytest.raises(HostBusy, match="again and again"):
        await stage.host.repositories.find(SHOP)
    assert stage.fake.asked("GET", "/repos") == 6


async def test_many_writes_are_made_at_the_pace_that_github_wants(stage: GitHubStage) -> None:
    await pushed(stage.host)
    start = stage.clock.now
    for number in range(60):
        await stage.host.configuration.set_secret(SHOP, f"KEY_{number}", Secret("s"))
    assert stage.clock.now - start > timedelta(seconds=15)
    assert stage.fake.asked("PUT", "/secrets/") == 60


@pytest.mark.parametrize("kind", ["broken", "html", "drop"])
async def test_reads_are_repeated_a_few_times(stage: GitHubStage, kind: Kind) -> None:
    stage.fake.trouble(kind, "GET /repos", times=2)
    assert await stage.host.repositories.find(SHOP) is None
    assert stage.clock.waited == sorted(stage.clock.waited)
    assert len(stage.clock.waited) == 2
    stage.fake.trouble(kind, "GET /repos", times=3)
    with pytest.raises(HostFails):
        await stage.host.repositories.find(SHOP)


@pytest.mark.parametrize("kind", ["broken", "drop-after"])
async def test_a_creation_of_which_nobody_knows_is_looked_for_and_not_repeated(stage: GitHubStage, kind: Kind) -> None:
    stage.fake.trouble(kind, "POST /orgs")
    if kind == "broken":
        with pytest.raises(HostFails):
            await made(stage.host)
    await made(stage.host)
    assert stage.fake.asked("POST", "/orgs") == (2 if kind == "broken" else 1)
    assert len(stage.fake.world.repositories) == 1


async def test_a_creation_that_is_not_seen_yet_is_not_taken_for_somebody_elses(stage: GitHubStage) -> None:
    await made(stage.host)
    stage.fake.world.old_names = set()
    stage.fake.trouble("stale", "GET /repos/acme/shop", times=2)
    await made(stage.host)
    assert len(stage.fake.world.repositories) == 1


@pytest.mark.parametrize(
    "at", ["POST .*/git/trees", "POST .*/git/blobs", "POST .*/git/commits", "PATCH .*/git/refs/", "GET .*/git/ref/"]
)
@pytest.mark.parametrize("kind", ["broken", "drop", "drop-after", "expired"])
async def test_a_push_survives_trouble_at_each_of_its_steps(stage: GitHubStage, kind: Kind, at: str) -> None:
    await made(stage.host)
    stage.fake.trouble(kind, at)
    commit = (await stage.host.contents.push(SHOP, "main", FILES, FIRST)).commit
    assert stage.commits(SHOP, "main") == [commit]
    assert dict(stage.files(SHOP, "main")) == dict(FILES)


async def test_old_news_of_a_branch_are_not_taken_for_work_of_others(stage: GitHubStage) -> None:
    first = await pushed(stage.host)
    stage.fake.trouble("stale", "GET .*/git/ref/", times=2)
    second = await stage.host.contents.push(SHOP, "main", CHANGED, Commit("Next", NOW, first))
    assert stage.commits(SHOP, "main") == [second.commit, first]


@pytest.mark.parametrize("at", ["POST .*/pulls", "POST .*/git/refs", "POST .*/git/commits"])
@pytest.mark.parametrize("kind", ["drop-after", "expired"])
async def test_a_proposal_survives_trouble_at_each_of_its_steps(stage: GitHubStage, kind: Kind, at: str) -> None:
    first = await pushed(stage.host)
    stage.fake.trouble(kind, at)
    opened = await stage.host.pull_requests.open(SHOP, "main", CHANGED, proposal(first))
    assert [each["number"] for each in stage.repo(SHOP).pulls] == [opened.number]
    assert await stage.host.pull_requests.open(SHOP, "main", CHANGED, proposal(first)) == opened


async def test_a_workflow_whose_start_got_no_answer_is_not_started_twice(stage: GitHubStage) -> None:
    await pushed(stage.host)
    stage.fake.trouble("drop-after", "POST .*/dispatches")
    dispatch = Dispatch("deploy.yml", "main", {"stage": "dev"}, NOW)
    with pytest.raises(Unavailable):
        await stage.host.workflows.dispatch(SHOP, dispatch)
    run = await stage.host.workflows.dispatch(SHOP, dispatch)
    assert list(stage.repo(SHOP).runs) == [run.run_id]


async def test_tokens_are_kept_until_shortly_before_their_end(stage: GitHubStage) -> None:
    for _ in range(3):
        await stage.host.repositories.find(SHOP)
    assert stage.fake.asked("POST", "/access_tokens") == 1
    stage.clock.now += timedelta(minutes=56)
    await stage.host.repositories.find(SHOP)
    assert stage.fake.asked("POST", "/access_tokens") == 2


async def test_a_token_that_is_not_taken_is_replaced(stage: GitHubStage) -> None:
    await stage.host.repositories.find(SHOP)
    stage.fake.trouble("expired", "GET /repos")
    assert await stage.host.repositories.find(SHOP) is None
    assert stage.fake.asked("POST", "/access_tokens") == 2
    stage.fake.trouble("expired", "GET /repos", times=9)
    with pytest.raises(HostDenies):
        await stage.host.repositories.find(SHOP)


async def test_while_github_is_down_nobody_waits_for_it(stage: GitHubStage) -> None:
    stage.fake.trouble("broken", "GET /repos", times=8)
    for _ in range(2):
        with pytest.raises(HostFails):
            await stage.host.repositories.find(SHOP)
    for _ in range(5):
        with pytest.raises(HostDown):
            await stage.host.repositories.find(SHOP)
    assert stage.fake.asked("GET", "/repos") == 8
    stage.clock.now += timedelta(seconds=31)
    assert await stage.host.repositories.find(SHOP) is None
    assert await stage.host.repositories.find(SHOP) is None


async def test_what_has_not_changed_is_not_sent_again(stage: GitHubStage) -> None:
    await made(stage.host)
    first = await stage.host.repositories.find(SHOP)
    assert await stage.host.repositories.find(SHOP) == first
    assert stage.fake.conditional == 1


async def _until_done(stage: GitHubStage, step: Callable[[], Awaitable[T]]) -> T:
    """What a worker does: it comes again after a failure that may pass."""
    for _ in range(60):
        try:
            return await step()
        except Unavailable as error:
            stage.clock.now += timedelta(seconds=error.seconds if isinstance(error, HostBusy) else 30)
    raise AssertionError("it never ended")


@pytest.mark.parametrize("seed", range(16))
async def test_whatever_goes_wrong_everything_is_there_once_in_the_end(stage: GitHubStage, seed: int) -> None:
    dice = random.Random(seed)
    kinds: list[Kind] = [
        "secondary",
        "retry-after",
        "primary",
        "broken",
        "html",
        "drop",
        "drop-after",
        "stale",
        "expired",
    ]

    def chaos(_: Call) -> Kind | None:
        return dice.choice(kinds) if dice.random() < 0.3 else None

    stage.fake.chaos = chaos
    repositories, contents, pulls = stage.host.repositories, stage.host.contents, stage.host.pull_requests
    await _until_done(stage, lambda: repositories.create(SHOP, private=True, description="A shop"))
    first = await _until_done(stage, lambda: contents.push(SHOP, "main", FILES, FIRST))
    next_commit = Commit("Next", NOW, first.commit)
    second = await _until_done(stage, lambda: contents.push(SHOP, "main", CHANGED, next_commit))
    opened = await _until_done(stage, lambda: pulls.open(SHOP, "main", FILES, proposal(second.commit)))
    since = stage.clock()
    dispatch = Dispatch("deploy.yml", "main", {}, since)
    run = await _until_done(stage, lambda: stage.host.workflows.dispatch(SHOP, dispatch))
    assert stage.commits(SHOP, "main") == [second.commit, first.commit]
    assert dict(stage.files(SHOP, "main")) == dict(CHANGED)
    assert [each["number"] for each in stage.repo(SHOP).pulls] == [opened.number]
    assert list(stage.repo(SHOP).runs) == [run.run_id]
    assert len(stage.fake.world.repositories) == 1


async def test_each_call_is_traced_without_what_was_asked(stage: GitHubStage) -> None:
    spans: list[tuple[str, dict[str, object]]] = []

    class Listener:
        def span(self, name: str, attributes: Attributes, /) -> AbstractContextManager[object]:
            spans.append((name, dict(attributes)))
            return nullcontext()

    around = Surroundings(stage.clock, stage.clock.sleep, lambda: 0.5, Listener())
    async with github(APP, around, api=stage.fake.address, website=stage.fake.address) as opened:
        await opened.host.repositories.remove(SHOP)
    assert spans == [
        ("github.call", {"method": "GET", "path": "/repos/acme/shop"}),
        ("github.call", {"method": "POST", "path": "/app/installations/42/access_tokens"}),
    ]


async def test_no_secret_is_told_to_anybody(stage: GitHubStage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await pushed(stage.host)
    secret = Secret("do-not-tell-81c")
    await stage.host.configuration.set_secret(SHOP, "API_KEY", secret)
    stage.fake.trouble("broken", "PUT .*/secrets/", times=4)
    with pytest.raises(Unavailable) as failed:
        await stage.host.configuration.set_secret(SHOP, "API_KEY", secret)
    told = f"{caplog.text} {failed.value!r} {failed.value.message} {failed.value.fix} {secret!r} {secret}"
    hidden = ["do-not-tell-81c", "BEGIN", "client-secret", *stage.fake.tokens]
    assert [each for each in hidden if each in told] == []
    assert stage.repo(SHOP).secrets == {"API_KEY": "do-not-tell-81c"}
