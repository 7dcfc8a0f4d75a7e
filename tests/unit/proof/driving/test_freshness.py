"""Values that no two instances may share are made anew each time, and are never the sample itself."""

from small_systems import field_of

from skafu.proof.driving.freshness import fresh_value


def test_digits_of_a_pattern_are_written_anew() -> None:
    field = field_of('{type: text, pattern: "N-[0-9]{2}"}')
    made = [fresh_value(field, "N-42", number) for number in range(99)]
    assert len(set(made)) == 99
    assert "N-42" not in made
