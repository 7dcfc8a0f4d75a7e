"""Which answers have met: the rows of bits say what a set of pairs says."""

import random
from itertools import combinations, product

from skafu.scaffold.checking.meetings import Level, Meetings


def _first(levels: dict[str, list[str]], pairs: set[tuple[Level, Level]]) -> tuple[Level, Level] | None:
    for one, other in combinations(sorted(levels), 2):
        for key, other_key in product(levels[one], levels[other]):
            if ((one, key), (other, other_key)) not in pairs:
                return (one, key), (other, other_key)
    return None


def test_they_say_what_a_set_of_pairs_says() -> None:
    dice = random.Random(5)
    for _ in range(40):
        questions = [f"q{dice.randint(0, 99)}" for _ in range(dice.randint(1, 7))]
        levels = {name: [str(key) for key in range(dice.randint(1, 3))] for name in questions}
        meetings, pairs = Meetings(), set[tuple[Level, Level]]()
        while (first := meetings.first_open(levels)) is not None:
            assert first == _first(levels, pairs)
            plan = dict(first) | {
                name: dice.choice(keys)
                for name, keys in levels.items()
                if name not in dict(first) and dice.random() < 0.7
            }
            name = dice.choice(questions)
            level, others = (name, dice.choice(levels[name])), [one for one in plan.items() if one[0] != name]
            new = [one for one in others if (min(level, one), max(level, one)) not in pairs]
            assert meetings.missing(level, meetings.bits(others)).bit_count() == len(new)
            meetings.note(plan)
            pairs.update(combinations(sorted(plan.items()), 2))
        assert _first(levels, pairs) is None


def test_an_answer_that_is_found_later_has_met_nothing() -> None:
    meetings = Meetings()
    meetings.note({"a": "1", "b": "1"})
    assert meetings.first_open({"a": ["1"], "b": ["1"]}) is None
    assert meetings.first_open({"a": ["1"], "b": ["1", "2"]}) == (("a", "1"), ("b", "2"))
    assert meetings.first_open({"b": ["1"], "0": ["x"], "a": ["1"]}) == (("0", "x"), ("a", "1"))
