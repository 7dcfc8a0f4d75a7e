"""What projects answer to commands."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import pytest
from decider_scenarios import Given, given

from skafu.contexts.project.domain import commands as c
from skafu.contexts.project.domain import errors, project
from skafu.contexts.project.domain import events as e
from skafu.contexts.project.domain.run_events import RunFinished, RunKind
from skafu.kernel.errors import SkafuError
from skafu.kernel.events import Event

ID = "p-1"
AT = datetime(2026, 5, 1, tzinfo=UTC)
CREATED = e.ProjectCreated(ID, "shop", "Shop", "People buy things.", life=1, provision_from="nothing", at=AT)
TREE = "t" * 64


def revised(number: int, blob: str = "a", *, errors: int = 0) -> e.BlueprintRevised:
    return e.BlueprintRevised(ID, number, blob, "ann", "why", errors, "written", 0, AT)


REQUESTED = e.GenerationRequested(ID, "r-1", 1, "a", "system", "")
GENERATED = e.ProjectGenerated(ID, "r-1", 1, TREE, 3)
ASKED = e.ProofRequested(ID, "r-2", 1, TREE)
PROVEN = e.ProjectProven(ID, "r-2", 1, TREE, "rec", "rep", 30, 8, "box")
NOT_PROVEN = e.ProjectNotProven(
    ID, "r-2", 1, TREE, "rec", "rep", ("static.ruff",), "failed: static.ruff", "mend", delivery="box"
)
BUILT = (CREATED, revised(1), REQUESTED, GENERATED)


def result(
    verdict: Literal["generated", "proven", "not_proven"], run_id: str = "r-2", failed: tuple[str, ...] = ()
) -> RunFinished:
    kind: RunKind = "generate" if verdict == "generated" else "prove"
    return RunFinished(run_id, ID, kind, 1, verdict, TREE, 3, "rec", "rep", failed, 30, 8, 1.5, "box")


def story(*events: Event) -> Given[c.ProjectCommand, project.State, Event]:
    return given(project, *events)


def create(name: str = "shop") -> c.CreateProject:
    return c.CreateProject(ID, name, "Shop", "People buy things.", provision=False, at=AT)


def test_a_project_begins() -> None:
    story().when(create()).then(CREATED)


def test_a_project_can_begin_with_its_blueprint_and_be_provisioned_from_it() -> None:
    command = c.CreateProject(ID, "shop", "", "", provision=True, at=AT, blueprint=c.FirstBlueprint("a", "ann", 0))
    created = e.ProjectCreated(ID, "shop", "shop", "", life=1, provision_from="blueprint", at=AT)
    first = e.BlueprintRevised(ID, 1, "a", "ann", "Start of the project", 0, "written", 0, AT)
    story().when(command).then(created, first)
    broken = c.CreateProject(ID, "shop", "", "", provision=True, at=AT, blueprint=c.FirstBlueprint("a", "ann", 1))
    story().when(broken).then_refused(errors.BlueprintHasErrors)


def test_a_project_is_provisioned_from_what_somebody_has_said() -> None:
    described = e.ProjectCreated(ID, "shop", "shop", "Buy.", life=1, provision_from="description", at=AT)
    story().when(c.CreateProject(ID, "shop", "", "Buy.", provision=True, at=AT)).then(described)
    nothing = c.CreateProject(ID, "shop", "", " ", provision=True, at=AT)
    story().when(nothing).then_refused(errors.NothingToProvision)


@pytest.mark.parametrize("name", ["", "Shop", "shop--x", "-shop", "shop-", "shöp", "a" * 41, "shop\n"])
def test_names_are_in_kebab_case(name: str) -> None:
    story().when(create(name)).then_refused(errors.ProjectNameInvalid)


def test_a_name_is_taken_until_its_project_is_deleted() -> None:
    story(CREATED).when(create()).then_refused(errors.ProjectNameTaken)
    story(CREATED, e.ProjectArchived(ID)).when(create()).then_refused(errors.ProjectNameTaken)
    second = e.ProjectCreated(ID, "shop", "Shop", "People buy things.", life=2, provision_from="nothing", at=AT)
    state = story(*BUILT, e.ProjectDeleted(ID, "shop", ())).when(create()).then(second)
    assert isinstance(state, project.Active)
    assert (state.project.revisions, state.project.generations) == ((), ())


def test_what_is_not_given_stays_as_it_was_described() -> None:
    story(CREATED).when(c.DescribeProject(ID, title="New")).then(e.ProjectDescribed(ID, "New", "People buy things."))
    story(CREATED).when(c.DescribeProject(ID, title="Shop")).then()


def test_revisions_are_numbered_and_the_same_text_is_no_new_one() -> None:
    command = c.ReviseBlueprint(ID, "b", "ann", "why", 0, "written", AT)
    story(CREATED, revised(1)).when(command).then(revised(2, "b"))
    story(CREATED, revised(1, "b")).when(command).then()


def test_an_older_revision_comes_back_as_a_new_one() -> None:
    restored = e.BlueprintRevised(ID, 3, "a", "bob", "back", 0, "restored", 1, AT)
    story(CREATED, revised(1), revised(2, "b")).when(c.RestoreRevision(ID, 1, "bob", "back", AT)).then(restored)
    story(CREATED, revised(1)).when(c.RestoreRevision(ID, 2, "bob", "", AT)).then_refused(errors.RevisionNotFound)
    story(CREATED).when(c.RestoreRevision(ID, 1, "bob", "", AT)).then_refused(errors.RevisionNotFound)
    story(CREATED, revised(1)).when(c.RestoreRevision(ID, -1, "bob", "", AT)).then_refused(errors.RevisionNotFound)


def test_a_generation_is_of_the_newest_revision_unless_another_is_named() -> None:
    newest = e.GenerationRequested(ID, "r-1", 2, "b", "system", "")
    story(CREATED, revised(1), revised(2, "b")).when(c.RequestGeneration(ID, "r-1")).then(newest)
    story(CREATED, revised(1), revised(2, "b")).when(c.RequestGeneration(ID, "r-1", 1)).then(REQUESTED)
    story(CREATED).when(c.RequestGeneration(ID, "r-1")).then_refused(errors.RevisionNotFound)


def test_nothing_is_generated_from_a_blueprint_with_errors() -> None:
    broken = story(CREATED, revised(1, errors=2))
    broken.when(c.RequestGeneration(ID, "r-1")).then_refused(errors.BlueprintHasErrors, "2 errors")


def test_one_generation_at_a_time() -> None:
    under_way = story(CREATED, revised(1), REQUESTED)
    under_way.when(c.RequestGeneration(ID, "r-9")).then_refused(errors.RunUnderWay, "r-1")
    under_way.when(c.RequestGeneration(ID, "r-1")).then()


def test_the_chosen_template_is_what_is_generated_from() -> None:
    selected = e.TemplateSelected(ID, "tiny", "2")
    story(CREATED).when(c.SelectTemplate(ID, "tiny", "2")).then(selected)
    story(CREATED, selected).when(c.SelectTemplate(ID, "tiny", "2")).then()
    wanted = e.GenerationRequested(ID, "r-1", 1, "a", "tiny", "2")
    story(CREATED, selected, revised(1)).when(c.RequestGeneration(ID, "r-1")).then(wanted)


def test_a_new_version_is_taken_of_the_chosen_template_only() -> None:
    selected = e.TemplateSelected(ID, "tiny", "2")
    newer = e.TemplateSelected(ID, "tiny", "3")
    story(CREATED, selected).when(c.TakeNewVersion(ID, "tiny", "3")).then(newer)
    story(CREATED, selected).when(c.TakeNewVersion(ID, "tiny", "2")).then()
    story(CREATED, selected).when(c.TakeNewVersion(ID, "other", "3")).then()


def test_what_a_run_came_to_is_noted_once() -> None:
    story(CREATED, revised(1), REQUESTED).when(c.RecordResult(ID, result("generated", "r-1"))).then(GENERATED)
    story(*BUILT).when(c.RecordResult(ID, result("generated", "r-1"))).then()
    story(*BUILT, ASKED).when(c.RecordResult(ID, result("proven"))).then(PROVEN)
    story(*BUILT, ASKED, PROVEN).when(c.RecordResult(ID, result("proven"))).then()


def test_a_failed_proof_names_its_checks() -> None:
    many = tuple(f"static.c{number}" for number in range(7))
    told = e.ProjectNotProven(
        ID, "r-2", 1, TREE, "rec", "rep", many,
        "failed: static.c0, static.c1, static.c2, static.c3, static.c4 and 2 more",
        "read the record of the proof, mend the blueprint, and generate and prove again",
        delivery="box",
    )  # fmt: skip
    story(*BUILT, ASKED).when(c.RecordResult(ID, result("not_proven", failed=many))).then(told)


def test_a_breakdown_frees_the_project_for_the_next_run() -> None:
    command = c.RecordBreakdown(ID, "r-1", "no ruff", "install it", cancelled=False)
    failed = e.GenerationFailed(ID, "r-1", 1, "no ruff", "install it")
    state = story(CREATED, revised(1), REQUESTED).when(command).then(failed)
    assert isinstance(state, project.Active)
    assert (state.project.generating, state.project.trouble) == (None, "no ruff")
    story(*BUILT).when(command).then()


def test_a_cancelled_proof_leaves_the_verdict_that_was_there() -> None:
    again = e.ProofRequested(ID, "r-3", 1, TREE)
    cancelled = e.ProjectNotProven(
        ID, "r-3", 1, TREE, "", "", (), "the proof did not come to an end: enough", "", cancelled=True
    )
    command = c.RecordBreakdown(ID, "r-3", "enough", "", cancelled=True)
    state = story(*BUILT, ASKED, PROVEN, again).when(command).then(cancelled)
    assert isinstance(state, project.Active)
    assert state.project.standing == "proven"


def test_a_proof_is_of_files_that_are_there() -> None:
    story(*BUILT).when(c.RequestProof(ID, "r-2")).then(ASKED)
    story(CREATED, revised(1)).when(c.RequestProof(ID, "r-2")).then_refused(errors.NotGenerated)
    story(*BUILT, ASKED).when(c.RequestProof(ID, "r-9")).then_refused(errors.RunUnderWay, "r-2")


def test_other_files_are_not_proven_by_an_older_proof() -> None:
    anew = (e.GenerationRequested(ID, "r-4", 1, "a", "system", ""), e.ProjectGenerated(ID, "r-4", 1, "u" * 64, 3))
    story(*BUILT, ASKED, PROVEN, *anew).when(c.RequestPublication(ID)).then_refused(errors.NotProven)
    same = (anew[0], e.ProjectGenerated(ID, "r-4", 1, TREE, 3))
    story(*BUILT, ASKED, PROVEN, *same).when(c.RequestPublication(ID)).then(
        e.PublicationRequested(ID, "shop", "Shop", 1, "box", "rep")
    )


@dataclass(frozen=True)
class Refusal:
    """A command that is refused after some events."""

    after: tuple[Event, ...]
    error: type[SkafuError]


@pytest.mark.parametrize(
    "case",
    [
        Refusal((CREATED,), errors.NotGenerated),
        Refusal(BUILT, errors.NotProven),
        Refusal((*BUILT, ASKED), errors.NotProven),
        Refusal((*BUILT, ASKED, NOT_PROVEN), errors.NotProven),
    ],
)
def test_nothing_unproven_is_published(case: Refusal) -> None:
    story(*case.after).when(c.RequestPublication(ID)).then_refused(case.error)


def test_a_named_person_takes_over_what_is_not_proven_with_a_reason() -> None:
    taken = e.ProofOverridden(ID, "r-2", 1, TREE, "u-1", "Ann Lee", "a known gap")
    failed = story(*BUILT, ASKED, NOT_PROVEN)
    failed.when(c.OverrideProof(ID, "u-1", " Ann Lee ", "a known gap ")).then(taken)
    failed.when(c.OverrideProof(ID, "u-1", " ", "x")).then_refused(errors.ReasonMissing)
    failed.when(c.OverrideProof(ID, "u-1", "Ann", " ")).then_refused(errors.ReasonMissing)
    story(*BUILT, ASKED, NOT_PROVEN, taken).when(c.RequestPublication(ID)).then(
        e.PublicationRequested(ID, "shop", "Shop", 1, "box", "rep")
    )


def test_what_is_taken_over_goes_out_with_the_record_that_says_so() -> None:
    failed = story(*BUILT, ASKED, NOT_PROVEN)
    said = e.ProofOverridden(ID, "r-2", 1, TREE, "u-1", "Ann", "why", "record", "report", "archive")
    failed.when(c.OverrideProof(ID, "u-1", "Ann", "why", "r-2", "record", "report", "archive")).then(said)
    failed.when(c.OverrideProof(ID, "u-1", "Ann", "why", "r-1", "a", "b", "c")).then_refused(errors.RunUnderWay)
    story(*BUILT, ASKED, NOT_PROVEN, said).when(c.RequestPublication(ID)).then(
        e.PublicationRequested(ID, "shop", "Shop", 1, "archive", "report")
    )


@pytest.mark.parametrize(
    "events",
    [
        BUILT,
        (*BUILT, ASKED, PROVEN),
        (*BUILT, ASKED, e.ProjectNotProven(ID, "r-2", 1, TREE, "", "", (), "broke off")),
    ],
)
def test_only_a_proof_that_failed_is_overridden(events: tuple[Event, ...]) -> None:
    story(*events).when(c.OverrideProof(ID, "u-1", "Ann", "x")).then_refused(errors.ProofNotOverridable)


def test_publication_and_configuration_are_noted_once() -> None:
    published = e.ProjectPublished(ID, 1, TREE, "acme/shop", "https://git/acme/shop", "main", "c0ffee")
    command = c.RecordPublication(ID, 1, TREE, "acme/shop", "https://git/acme/shop", "main", "c0ffee")
    story(*BUILT).when(command).then(published)
    story(*BUILT, published).when(command).then()
    configured = e.ProjectConfigured(ID, "acme/shop", "https://git/acme/shop")
    story(*BUILT, published).when(c.ConfigureProject(ID, "acme/shop", "https://git/acme/shop")).then(configured)
    story(*BUILT, published, configured).when(c.ConfigureProject(ID, "acme/shop", "")).then()


def test_deployments_are_known_for_each_environment() -> None:
    started = e.DeploymentStarted(ID, "d-1", "prod", "c0ffee")
    deployed = e.ProjectDeployed(ID, "d-1", "prod", "c0ffee", "https://shop")
    failed = e.DeploymentFailed(ID, "d-2", "dev", "c0ffee", "no role")
    story(CREATED).when(c.RecordDeploymentStart(ID, "d-1", "prod", "c0ffee")).then(started)
    story(CREATED, started).when(c.RecordDeploymentStart(ID, "d-1", "prod", "c0ffee")).then()
    story(CREATED, started).when(c.RecordDeployment(ID, "d-1", "prod", "c0ffee", "https://shop")).then(deployed)
    story(CREATED, started, deployed).when(c.RecordDeployment(ID, "d-1", "prod", "c0ffee", "")).then()
    state = story(CREATED, deployed).when(c.RecordDeploymentFailure(ID, "d-2", "dev", "c0ffee", "no role")).then(failed)
    assert isinstance(state, project.Active)
    assert [(each.environment, each.state) for each in state.project.deployments] == [
        ("prod", "deployed"),
        ("dev", "failed"),
    ]
    story(CREATED, failed).when(c.RecordDeploymentFailure(ID, "d-2", "dev", "c0ffee", "no role")).then()


def test_an_archived_project_is_read_only_until_it_is_restored() -> None:
    archived = (*BUILT, ASKED, e.ProjectArchived(ID))
    story(*archived).when(c.DescribeProject(ID, title="x")).then_refused(errors.ProjectIsArchived)
    story(*archived).when(c.RequestGeneration(ID, "r-5")).then_refused(errors.ProjectIsArchived)
    state = story(*archived).when(c.RecordResult(ID, result("proven"))).then(PROVEN)
    assert isinstance(state, project.Archived)
    story(*archived).when(c.RestoreProject(ID)).then(e.ProjectRestored(ID))
    story(*archived).when(c.ArchiveProject(ID)).then()
    story(*BUILT).when(c.ArchiveProject(ID)).then(e.ProjectArchived(ID))
    story(*BUILT).when(c.RestoreProject(ID)).then()


def test_a_deleted_project_names_the_runs_that_were_under_way() -> None:
    deleted = e.ProjectDeleted(ID, "shop", ("r-2",))
    story(*BUILT, ASKED).when(c.DeleteProject(ID)).then(deleted)
    gone = story(*BUILT, ASKED, deleted)
    gone.when(c.DeleteProject(ID)).then_refused(errors.ProjectNotFound)
    gone.when(c.RecordResult(ID, result("proven"))).then()
    archived = story(CREATED, e.ProjectArchived(ID))
    archived.when(c.DeleteProject(ID)).then(e.ProjectDeleted(ID, "shop", ()))
