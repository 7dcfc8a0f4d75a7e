import uuid

from shared.clock import id_from, new_id, stopwatch


def test_ids_are_version_7_and_differ() -> None:
    ids = [new_id() for _ in range(100)]
    assert len(set(ids)) == 100
    assert {uuid.UUID(one).version for one in ids} == {7}


def test_the_same_key_gives_the_same_id() -> None:
    assert id_from("Book", "a", 1) == id_from("Book", "a", 1)
    assert len({id_from("Book", "a", "b"), id_from("Book", "ab"), id_from("Cart", "a", "b")}) == 3
    assert uuid.UUID(id_from("Book", "a")).version == 5


def test_a_stopwatch_runs_forward() -> None:
    elapsed = stopwatch()
    assert 0 <= elapsed() <= elapsed()
