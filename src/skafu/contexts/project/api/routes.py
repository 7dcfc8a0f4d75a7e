"""All routes of this context."""

from fastapi import APIRouter

from skafu.contexts.project.api.blueprint_routes import add_blueprint_routes
from skafu.contexts.project.api.desk import Desk
from skafu.contexts.project.api.file_routes import add_file_routes
from skafu.contexts.project.api.making_routes import add_making_routes
from skafu.contexts.project.api.project_routes import add_project_routes
from skafu.contexts.project.api.proof_routes import add_proof_routes
from skafu.contexts.project.api.run_routes import add_run_routes
from skafu.contexts.project.ports import Prover, Workshop
from skafu.storage.ledger import Ledger
from skafu.web_api.routing import router


def routes(ledger: Ledger, workshop: Workshop, prover: Prover) -> APIRouter:
    """The routes of projects and runs, and those that keep nothing."""
    found = router("projects")
    desk = Desk(ledger, workshop, prover)
    add_project_routes(found, desk)
    add_blueprint_routes(found, desk)
    add_file_routes(found, desk)
    add_run_routes(found, desk)
    add_proof_routes(found, desk)
    add_making_routes(found, desk)
    return found
