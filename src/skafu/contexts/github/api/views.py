"""States and rows as the routes show them."""

from typing import Any

from skafu.contexts.github.api.schemas import (
    DeploymentOut,
    DeploymentRow,
    InstallationOut,
    PullRequestOut,
    RepositoryOut,
    RepositoryRow,
)
from skafu.contexts.github.domain import deployment
from skafu.contexts.github.domain.installation import Connected
from skafu.contexts.github.domain.repository_states import Absent, Kept, Standing, State, Unmade
from skafu.contexts.github.domain.rights import missing
from skafu.storage import Document


def repository_out(state: State) -> RepositoryOut | None:
    """A repository as it stands; none when nobody asked for it."""
    if isinstance(state, Absent):
        return None
    wish = state.wish
    shown = RepositoryOut(
        id=wish.repository_id,
        project_id=wish.project_id,
        provider=wish.provider,
        owner=wish.owner,
        name=wish.name,
        private=wish.private,
        state=type(state).__name__.lower(),
    )
    return shown.model_copy(update=_more(state))


def _more(state: State) -> dict[str, Any]:
    match state:
        case Standing():
            return {
                "address": state.address,
                "clone_address": state.clone_address,
                "branch": state.branch,
                "commit": state.commit,
                "pushing": bool(state.waiting),
                "protected": state.protected,
                "variables": list(state.variables),
                "secrets": list(state.secrets),
            }
        case Unmade():
            return {"problem": state.message, "fix": state.fix}
        case Kept():
            return {"address": state.address, "problem": state.reason}
        case _:
            return {}


def deployment_out(state: deployment.State) -> DeploymentOut | None:
    """A deployment as it stands; none when there is none."""
    if isinstance(state, deployment.Absent):
        return None
    subject = state.subject
    shown = DeploymentOut(
        id=subject.deployment_id,
        repository_id=subject.repository_id,
        project_id=subject.project_id,
        environment=subject.environment,
        workflow=subject.workflow,
        state="failed" if isinstance(state, deployment.Lost) else "waiting",
    )
    known = state.before if isinstance(state, deployment.Lost) else state
    if not isinstance(known, deployment.Followed):
        return shown
    more: dict[str, Any] = {"attempt": known.attempt, "address": known.address, "seen_at": known.seen_at}
    if not isinstance(state, deployment.Lost):
        more["state"] = known.status
    return shown.model_copy(update=more)


def installation_out(known: Connected) -> InstallationOut:
    """An installation as it stands."""
    return InstallationOut(
        id=known.installation_id,
        account=known.account,
        kind=known.account_kind,
        state="suspended" if known.suspended else "connected",
        missing_permissions=missing(known.permissions),
    )


def installation_row(found: Document) -> InstallationOut:
    """An installation in a list."""
    body = found.body
    return InstallationOut.model_validate(
        {
            "id": body["installation_id"],
            "account": body["name"],
            "kind": body["kind"],
            "state": body["state"],
            "missing_permissions": missing(body["permissions"]),  # type: ignore[arg-type]  # as the event has it
        }
    )


def repository_row(found: Document) -> RepositoryRow:
    """A repository in a list."""
    return RepositoryRow.model_validate({"id": found.key, **found.body})


def pull_request_row(found: Document) -> PullRequestOut:
    """A pull request in a list."""
    return PullRequestOut.model_validate({"id": found.key, **found.body})


def deployment_row(found: Document) -> DeploymentRow:
    """A deployment in a list."""
    return DeploymentRow.model_validate({"id": found.key, **found.body})
