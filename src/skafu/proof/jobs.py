"""Runs independent checks side by side, and ends all of them when one of them, or the user, gives the proof up."""

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from skafu.kernel.errors import SkafuError, Unavailable
from skafu.proof.checks import CheckResult, Level, Problem
from skafu.proof.progress import Progress, Started
from skafu.proof.runs import Runs

Results = Sequence[CheckResult]


@dataclass(frozen=True)
class Job:
    """One piece of work that answers one or several checks.

    Attributes:
        checks: the names of the checks that it answers.
        level: the level that they belong to.
        run: does the work, and gives each result as soon as it is there.
    """

    checks: tuple[str, ...]
    level: Level
    run: Callable[[], Iterable[CheckResult]]


def run_jobs(jobs: Sequence[Job], *, workers: int, runs: Runs, progress: Progress) -> list[CheckResult]:
    """Run jobs side by side, in the order given as workers become free.

    Args:
        jobs: the longest ones first, so that no worker is left with a long one at the end.
        workers: how many at once.
        runs: where the jobs run their tools; stopped when the jobs are given up.
        progress: hears the start and the results of each.

    Returns:
        The results, in the order of the jobs.

    Raises:
        Unavailable: something that a job needs is not on this machine; the others are ended.
        KeyboardInterrupt: by the user; all are ended.
    """
    pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="check")
    try:
        futures = [pool.submit(run_job, job, progress) for job in jobs]
        _wait_for_all(futures)
        return [result for future in futures for result in future.result()]
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        runs.stop()
        raise
    finally:
        pool.shutdown()


def run_job(job: Job, progress: Progress) -> Results:
    """Run one job; what goes wrong in it is a failed check, unless this machine lacks something.

    Raises:
        Unavailable: something that the job needs is not on this machine.
    """
    for name in job.checks:
        progress(Started(name))
    begun = time.monotonic()
    results: list[CheckResult] = []
    try:
        for result in job.run():
            results.append(result)
            progress(result)
    except Unavailable:
        raise
    except Exception as error:  # noqa: BLE001 - the other checks still have something to say
        answered = {result.name for result in results}
        for name in job.checks:
            if name not in answered:
                results.append(broken(name, job.level, time.monotonic() - begun, error))
                progress(results[-1])
    return results


def _wait_for_all(futures: Sequence[Future[Results]]) -> None:
    done, _pending = wait(futures, return_when=FIRST_EXCEPTION)
    for future in done:
        future.result()


def broken(name: str, level: Level, seconds: float, error: Exception) -> CheckResult:
    """Give the result of a check that an error ended."""
    if isinstance(error, SkafuError):
        problem = Problem(error.message, fix=error.fix)
    else:
        problem = Problem(
            f"the check itself broke: {type(error).__name__}: {error}", fix="Report this as a bug of Skafu."
        )
    return CheckResult(name, level, "failed", seconds, problem.message.splitlines()[0], problems=(problem,))
