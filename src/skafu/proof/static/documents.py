"""Checks the documents of the interfaces: OpenAPI and AsyncAPI."""

from skafu.proof.checks import CheckResult, Problem
from skafu.proof.subject import Subject, Timed
from skafu.proof.tool_answers import ask

OPENAPI, ASYNCAPI = "static.openapi", "static.asyncapi"
_ENDINGS = (".yaml", ".yml", ".json")


def check_documents(subject: Subject) -> list[CheckResult]:
    """Validate all documents called `openapi` and `asyncapi`, wherever they stand."""
    subject.toolbox.python("openapi")
    schemas = subject.toolbox.folder("asyncapi") / "node_modules" / "@asyncapi" / "specs" / "schemas"
    versions = {
        OPENAPI: f"openapi-spec-validator {subject.toolbox.version('openapi')}",
        ASYNCAPI: f"@asyncapi/specs {subject.toolbox.version('asyncapi')}",
    }
    results = {name: Timed(name, "static", version) for name, version in versions.items()}
    files = {name: _called(subject, name.rpartition(".")[2]) for name in versions}
    request = {
        "openapi": {path: str(subject.root / path) for path in files[OPENAPI]},
        "asyncapi": {path: str(subject.root / path) for path in files[ASYNCAPI]},
        "schemas": str(schemas),
    }
    answer = (
        ask(subject, "openapi", "documents.py", request) if any(files.values()) else {"problems": [], "versions": {}}
    )
    problems = [Problem(one["message"], one["file"], one["line"]) for one in answer["problems"]]
    return [
        timed.result(
            ", ".join(f"{path} ({answer['versions'].get(path)})" for path in files[name]) or "no such document",
            [problem for problem in problems if problem.file in files[name]],
            {"files": files[name]},
        )
        for name, timed in results.items()
    ]


def _called(subject: Subject, stem: str) -> list[str]:
    names = {stem + ending for ending in _ENDINGS}
    return [path for path in subject.files if path.rpartition("/")[2] in names]
