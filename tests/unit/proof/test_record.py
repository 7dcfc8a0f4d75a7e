import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from proof_subjects import proof_of, result, written

from skafu.blueprint.lock import Lock
from skafu.contexts.project.adapters.prover import ProcessProver
from skafu.contexts.project.ports import Taken
from skafu.kernel.errors import Invalid, NotFound
from skafu.proof.checks import CheckResult, Problem
from skafu.proof.project_files import digests_of
from skafu.proof.proof import Proof
from skafu.proof.proof_stage import Change
from skafu.proof.record import accept_unproven, encoded, read_record, statement_of, write_record
from skafu.proof.record_text import text_of
from skafu.proof.verification import verify

NOT_SHOWN = CheckResult("beyond-emulation.quotas", "deployed", "not_proven", 0.0, "Quotas are not emulated.")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return written(tmp_path, {"skafu.yaml": "name: todo\n", "src/a.py": "a = 1\n"})


def recorded(project: Path, *results: CheckResult) -> None:
    write_record(project, statement_of(proof_of(project, *results)))


def test_the_record_is_an_in_toto_statement_about_every_file(project: Path) -> None:
    recorded(project, result("static.ruff"), result("static.mypy", failed=True), NOT_SHOWN)

    statement = json.loads((project / "proof.json").read_text())

    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert statement["predicateType"] == "https://in-toto.io/attestation/test-result/v0.1"
    assert {one["name"]: one["digest"]["sha256"] for one in statement["subject"]} == digests_of(project)
    predicate = statement["predicate"]
    assert predicate["result"] == "FAILED"
    assert predicate["passedTests"] == ["static.ruff"]
    assert predicate["failedTests"] == ["static.mypy"]
    assert predicate["configuration"][0]["name"] == "skafu.yaml"
    assert predicate["skafu"]["notProven"] == ["beyond-emulation.quotas"]
    assert predicate["skafu"]["tools"] == {"static.ruff": "tool 1.0", "static.mypy": "tool 1.0"}
    assert [check["name"] for check in predicate["skafu"]["checks"]] == [
        "static.ruff",
        "static.mypy",
        "beyond-emulation.quotas",
    ]


def test_what_is_not_proven_never_counts_as_passed_and_never_blocks(project: Path) -> None:
    predicate = statement_of(proof_of(project, result("static.ruff"), NOT_SHOWN)).predicate

    assert predicate.result == "PASSED"
    assert predicate.passed_tests == ("static.ruff",)
    assert predicate.skafu.proven


def test_a_proof_that_was_not_asked_to_go_all_the_way_is_no_full_pass(project: Path) -> None:
    statement = statement_of(proof_of(project, result("static.ruff"), level="static"))

    assert statement.predicate.result == "WARNED"
    assert "**PROVEN up to level static**" in text_of(statement)
    assert "Not asked for: tests, deployed." in text_of(statement)


def test_the_template_and_its_digest_are_on_record(project: Path) -> None:
    lock = Lock("system", "aa", "bb", "cc", "ruff 0", {})
    proof = Proof("todo", "deployed", (), digests_of(project), proof_of(project).finished_at, 1.0, lock)

    statement = statement_of(proof)

    assert statement.predicate.skafu.template_digest == "aa"
    assert statement.predicate.configuration[-1].name == "template:system"


def test_the_words_say_what_failed_where_it_comes_from_and_what_to_do(project: Path) -> None:
    problem = Problem("a | b", "src/a.py", 3, "services.lists", "Mend it.")
    failed = CheckResult("static.mypy", "static", "failed", 1.0, "1 | problem", problems=(problem,))
    change = Change("stack.yaml", "Retries", "2", "5")
    proof = Proof(
        "todo",
        "deployed",
        (failed, NOT_SHOWN),
        digests_of(project),
        proof_of(project).finished_at,
        1.0,
        None,
        (change,),
    )

    text = text_of(statement_of(proof))

    assert "**NOT PROVEN** · 2026-03-04 12:00 UTC" in text
    assert "- `src/a.py:3` a | b (from `services.lists`) → Mend it." in text
    assert "| 1 \\| problem |" in text
    assert "- Quotas are not emulated." in text
    assert "| Retries | 2 | 5 | `stack.yaml` |" in text


def test_a_fresh_record_is_proven_and_says_how_far(project: Path) -> None:
    recorded(project, result("static.ruff"))

    verification = verify(project)

    assert (verification.state, verification.level) == ("fresh", "deployed")


def test_every_changed_added_and_removed_file_makes_the_record_stale(project: Path) -> None:
    written(project, {"old.py": ""})
    recorded(project, result("static.ruff"))
    (project / "old.py").unlink()
    written(project, {"src/a.py": "a = 2\n", "new.py": ""})

    verification = verify(project)

    assert verification.state == "stale"
    assert verification.changed == ("src/a.py",)
    assert verification.added == ("new.py",)
    assert verification.removed == ("old.py",)


def test_words_that_differ_from_the_record_make_it_stale(project: Path) -> None:
    recorded(project, result("static.ruff", failed=True))
    words = project / "PROOF.md"
    words.write_text(words.read_text().replace("NOT PROVEN", "PROVEN"))

    assert verify(project).state == "stale"
    assert verify(project).changed == ("PROOF.md",)


def test_a_failed_check_leaves_the_project_unproven(project: Path) -> None:
    recorded(project, result("static.ruff"), result("static.mypy", failed=True))

    verification = verify(project)

    assert verification.state == "unproven"
    assert verification.failed == ("static.mypy",)


def test_a_project_without_a_record_says_so(project: Path) -> None:
    assert verify(project).state == "missing"


@pytest.mark.parametrize("content", ["{", '{"subject": []}', "[]"])
def test_a_record_that_can_not_be_read_is_damaged(project: Path, content: str) -> None:
    (project / "proof.json").write_text(content)

    assert verify(project).state == "damaged"


def test_another_attestation_is_no_record(project: Path) -> None:
    recorded(project, result("static.ruff"))
    path = project / "proof.json"
    path.write_text(path.read_text().replace("attestation/test-result/v0.1", "attestation/link/v0.3"))

    assert verify(project).state == "damaged"


def test_an_override_is_on_record_with_name_and_reason_and_proves_nothing(project: Path) -> None:
    recorded(project, result("static.mypy", failed=True))

    accept_unproven(project, name="Ada", because="the stub is wrong")

    verification = verify(project)
    assert verification.state == "unproven"
    assert verification.override is not None
    assert (verification.override.name, verification.override.because) == ("Ada", "the stub is wrong")
    assert "Taken over unproven by **Ada**" in (project / "PROOF.md").read_text()


def test_an_override_needs_a_reason_and_a_record(project: Path) -> None:
    with pytest.raises(NotFound):
        accept_unproven(project, name="Ada", because="why")
    recorded(project, result("static.mypy", failed=True))
    with pytest.raises(Invalid):
        accept_unproven(project, name="Ada", because=" ")


def test_a_record_survives_being_written_and_read(project: Path) -> None:
    statement = statement_of(proof_of(project, result("static.ruff"), NOT_SHOWN))
    write_record(project, statement)

    assert read_record(project) == statement
    assert [path.name for path in project.iterdir() if path.name.startswith(".")] == []


async def test_the_record_of_a_platform_says_who_took_the_files_over(project: Path) -> None:
    record = encoded(statement_of(proof_of(project, result("static.mypy", failed=True))))
    taken = Taken("Ada", "the stub is wrong", datetime(2026, 5, 1, tzinfo=UTC))

    said, report = await ProcessProver().taken_over(record, taken)

    assert json.loads(said)["predicate"]["skafu"]["override"]["because"] == "the stub is wrong"
    assert "Taken over unproven by **Ada** on 2026-05-01: the stub is wrong" in report.decode()
    with pytest.raises(Invalid):
        await ProcessProver().taken_over(b"{}", taken)
