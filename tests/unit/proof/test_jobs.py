import threading
from collections.abc import Iterator

import pytest
from proof_subjects import result

from skafu.kernel.errors import Invalid, Unavailable
from skafu.proof.checks import CheckResult
from skafu.proof.jobs import Job, run_job, run_jobs
from skafu.proof.progress import Started, Step
from skafu.proof.runs import Runs


def answering(*names: str) -> Job:
    return Job(names, "static", lambda: [result(name) for name in names])


def test_jobs_answer_in_their_own_order_and_every_step_is_heard() -> None:
    heard: list[Step] = []

    results = run_jobs([answering("a", "b"), answering("c")], workers=2, runs=Runs(), progress=heard.append)

    assert [one.name for one in results] == ["a", "b", "c"]
    assert {one.name for one in heard if isinstance(one, Started)} == {"a", "b", "c"}
    assert {one.name for one in heard if isinstance(one, CheckResult)} == {"a", "b", "c"}


def test_jobs_run_side_by_side() -> None:
    meeting = threading.Barrier(2, timeout=5)

    def meet() -> list[CheckResult]:
        meeting.wait()
        return [result("met")]

    jobs = [Job(("met",), "static", meet), Job(("met",), "static", meet)]

    assert [one.verdict for one in run_jobs(jobs, workers=2, runs=Runs(), progress=lambda _: None)] == ["passed"] * 2


def test_a_check_that_breaks_is_a_failed_check_and_what_it_said_before_counts() -> None:
    def half() -> Iterator[CheckResult]:
        yield result("first")
        raise ValueError("nobody thought of this")

    results = run_job(Job(("first", "second"), "static", half), lambda _: None)

    assert [(one.name, one.verdict) for one in results] == [("first", "passed"), ("second", "failed")]
    assert "ValueError: nobody thought of this" in results[1].problems[0].message


def test_an_error_for_people_keeps_its_words_and_what_to_do() -> None:
    def refuse() -> list[CheckResult]:
        raise Invalid("stack.yaml is not YAML", fix="Mend line 3.")

    (broken,) = run_job(Job(("a",), "static", refuse), lambda _: None)

    assert (broken.problems[0].message, broken.problems[0].fix) == ("stack.yaml is not YAML", "Mend line 3.")


def test_what_this_machine_lacks_ends_all_jobs() -> None:
    def lack() -> list[CheckResult]:
        raise Unavailable("Node.js is missing")

    runs = Runs()
    stopped = []
    runs.stop = lambda: stopped.append(True)  # type: ignore[method-assign]

    with pytest.raises(Unavailable, match=r"Node\.js is missing"):
        run_jobs([Job(("a",), "static", lack), answering("b")], workers=1, runs=runs, progress=lambda _: None)
    assert stopped == [True]
