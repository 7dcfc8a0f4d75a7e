"""What kind of project it is, and what its update is to do."""

from dataclasses import dataclass
from pathlib import Path

from skafu import __version__
from skafu.blueprint.lock import Lock, digest
from skafu.entrypoints.cli.render.answers import given_answers, settings_defaults
from skafu.kernel.errors import Conflict, Invalid, NotFound
from skafu.workspace.project_folder import lock_of
from skafu.workspace.updates import BLUEPRINT
from skafu.workspace.updating import Plan, copier_project, plan_of_copier, plan_of_skafu, projects_below


@dataclass(frozen=True)
class Wishes:
    """What somebody wants to change: a version, answers, or the blueprint."""

    to: str | None = None
    data: tuple[str, ...] = ()
    data_file: tuple[Path, ...] = ()
    answers_file: str | None = None
    blueprint: Path | None = None


def require_project(folder: Path) -> None:
    """Refuse a folder that is not there.

    Raises:
        NotFound: it is not.
    """
    if not folder.is_dir():
        raise NotFound(f"there is no folder {folder}", fix="give the folder of a project")


def plan_for(folder: Path, wishes: Wishes) -> Plan:
    """Plan the update of a project.

    Raises:
        NotFound: the folder holds no project.
        SkafuError: what is wished for can't be had; says why.
    """
    if (lock := lock_of(folder)) is not None and wishes.answers_file is None:
        return _plan_of_skafu(folder, lock, wishes)
    project = copier_project(folder, wishes.answers_file)
    if project is None:
        near = projects_below(folder)
        fix = f"give the folder of one: {', '.join(near[:5])}" if near else "give a folder with .copier-answers.yml"
        raise NotFound(f"{folder} holds no project of Skafu or Copier", fix=fix)
    if wishes.blueprint is not None:
        raise Invalid(f"{folder} was made by Copier and follows no blueprint", fix="leave --blueprint out")
    data = given_answers(wishes.data, wishes.data_file)
    return plan_of_copier(project, to=wishes.to, data=data, defaults=settings_defaults())


def _plan_of_skafu(folder: Path, lock: Lock, wishes: Wishes) -> Plan:
    # Projects of Copier need nothing of what generates.
    from skafu.bootstrap import blueprint_text, project_of, read_blueprint

    if wishes.to is not None:
        raise Invalid(
            f"{folder} follows the template of the Skafu that is installed, {__version__}",
            fix="install another version of Skafu, and leave --to out",
        )
    if wishes.data or wishes.data_file:
        raise Invalid(f"{folder} follows its blueprint, not answers", fix=f"change {folder / BLUEPRINT}")
    file = wishes.blueprint or folder / BLUEPRINT
    if wishes.blueprint is not None:
        _refuse_another(folder, lock, wishes.blueprint)
    document = read_blueprint(file)
    return plan_of_skafu(folder, lock, project_of(document, blueprint_text(file)))


def _refuse_another(folder: Path, lock: Lock, given: Path) -> None:
    """Refuse to replace a blueprint that was itself changed since the project was generated."""
    own = folder / BLUEPRINT
    if not own.is_file() or not given.is_file() or own.read_bytes() == given.read_bytes():
        return
    if own.is_symlink():
        raise Conflict(f"{own} is a link, and not to the blueprint given", fix="change what it links to")
    if digest(own.read_bytes()) != lock.blueprint_digest:
        raise Conflict(
            f"{own} was changed since the project was generated, and it is not the blueprint given",
            fix="update without --blueprint first, or put the other one in its place yourself",
        )
