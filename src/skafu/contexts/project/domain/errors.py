"""What rules of projects and runs say no with.

NotFound      ProjectNotFound, ProjectVersionNotFound, RevisionNotFound, RunNotFound
Conflict      ProjectNameTaken, RunUnderWay, RunHasEnded, ProjectIsArchived
Refused       BlueprintHasErrors, NotGenerated, ProofNotOverridable, NotProven
Invalid       ProjectNameInvalid, ReasonMissing, NothingToProvision
"""

from skafu.kernel.errors import Conflict, Invalid, NotFound, Refused


class ProjectNotFound(NotFound):
    """There is no such project, or it was deleted."""

    def __init__(self, project_id: str) -> None:
        """Say which."""
        super().__init__(f"there is no project {project_id}", fix="list the projects to see their ids")


class ProjectVersionNotFound(NotFound):
    """The project has not come to this version."""

    def __init__(self, project_id: str, version: int, last: int) -> None:
        """Say how far it has come."""
        super().__init__(f"project {project_id} has no version {version}", fix=f"ask for 1 to {last}")


class RevisionNotFound(NotFound):
    """The blueprint has no revision of this number."""

    def __init__(self, number: int, last: int) -> None:
        """Say which there are."""
        fix = f"choose a revision from 1 to {last}" if last else "write a blueprint first"
        super().__init__(f"the blueprint has no revision {number}", fix=fix)


class RunNotFound(NotFound):
    """There is no such run."""

    def __init__(self, run_id: str) -> None:
        """Say which."""
        super().__init__(f"there is no run {run_id}", fix="list the runs to see their ids")


class ProjectNameTaken(Conflict):
    """The organisation has a project of this name."""

    def __init__(self, name: str) -> None:
        """Say which."""
        super().__init__(
            f"there is a project named {name} already", fix="choose another name, or delete that project first"
        )


class ProjectIsArchived(Conflict):
    """Nothing changes in an archived project."""

    def __init__(self, name: str) -> None:
        """Say which."""
        super().__init__(f"the project {name} is archived", fix="restore it first")


class RunUnderWay(Conflict):
    """The project is being generated or proven already."""

    def __init__(self, what: str, run_id: str) -> None:
        """Say by which run."""
        super().__init__(f"{what} is under way in run {run_id}", fix="wait for its end, or cancel it")
        self.run_id = run_id


class RunHasEnded(Conflict):
    """A run that has ended cannot be changed."""

    def __init__(self, run_id: str, how: str) -> None:
        """Say how it ended."""
        super().__init__(f"run {run_id} has ended already: {how}")


class BlueprintHasErrors(Refused):
    """Nothing can be generated from this revision."""

    def __init__(self, number: int, errors: int) -> None:
        """Say which revision, and how many errors it has."""
        told = "1 error" if errors == 1 else f"{errors} errors"
        super().__init__(
            f"revision {number} of the blueprint has {told}", fix="check the blueprint, mend it, and save it anew"
        )


class NotGenerated(Refused):
    """There are no files to be proven or published."""

    def __init__(self, name: str) -> None:
        """Say of which project."""
        super().__init__(f"nothing has been generated for {name} yet", fix="generate it first")


class NotProven(Refused):
    """What is neither proven nor taken over by somebody cannot be published."""

    def __init__(self, name: str) -> None:
        """Say of which project."""
        super().__init__(
            f"the files of {name} are not proven", fix="prove them, or let somebody take them over with a reason"
        )


class ProofNotOverridable(Refused):
    """There is no failed proof of the present files that somebody could override."""

    def __init__(self, name: str) -> None:
        """Say of which project."""
        super().__init__(
            f"the files of {name} have no proof that failed", fix="prove them; only a proof that failed is overridden"
        )


class ReasonMissing(Invalid):
    """What is put on record needs a name and a reason."""

    def __init__(self) -> None:
        """Ask for both."""
        super().__init__("an override needs the name of a person and a reason", fix="give both")


class ProjectNameInvalid(Invalid):
    """This is no name of a project."""

    def __init__(self, name: str) -> None:
        """Show it."""
        super().__init__(
            f"{name[:60]!r} is no name of a project",
            fix="use kebab-case, such as book-shop: small letters, digits and single hyphens, at most 40 characters",
        )


class NothingToProvision(Invalid):
    """There is nothing that a project could be provisioned from."""

    def __init__(self, name: str) -> None:
        """Say what is missing."""
        super().__init__(
            f"nothing says what {name} is to be", fix="give a description or a blueprint, or set `provision` to false"
        )
