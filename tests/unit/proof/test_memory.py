import os
import subprocess
import sys

from skafu.proof.memory import family_of, pss_of

MIB = 1024**2


def test_the_proportional_set_size_counts_what_a_process_holds() -> None:
    before = pss_of([os.getpid()])
    held = bytearray(os.urandom(1)) * (64 * MIB)
    after = pss_of([os.getpid()])
    assert 60 * MIB < after - before < 80 * MIB
    assert len(held) == 64 * MIB


def test_a_family_is_a_process_and_its_descendants() -> None:
    with subprocess.Popen(
        ["sh", "-c", f"{sys.executable} -c 'import time; print(1, flush=True); time.sleep(60)'; true"],
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        family = family_of(process.pid)
        os.killpg(process.pid, 9)
    assert len(family) == 2
    assert family[0] == process.pid


def test_a_process_that_has_ended_counts_nothing() -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    assert family_of(ended.pid) == []
    assert pss_of([ended.pid]) == 0
