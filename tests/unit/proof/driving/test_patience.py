"""A busy machine is given more time, but not for ever."""

from skafu.proof.driving.driver import PATIENCE, patience_under


def test_an_idle_machine_gets_what_everybody_gets() -> None:
    assert patience_under(0.1, 2) == PATIENCE


def test_twice_as_many_processes_as_processors_get_twice_as_long() -> None:
    assert patience_under(4.0, 2) == 2 * PATIENCE


def test_nobody_waits_for_ever() -> None:
    assert patience_under(1000.0, 2) == 4 * PATIENCE
