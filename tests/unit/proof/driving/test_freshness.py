"""Values that no two instances may share are made anew each time, and are never the sample itself."""

from small_systems import field_of, fields_of

from skafu.proof.driving.freshness import fresh_value, with_offset


def test_digits_of_a_pattern_are_written_anew() -> None:
    field = field_of('{type: text, pattern: "N-[0-9]{2}"}')
    made = [fresh_value(field, "N-42", number) for number in range(99)]
    assert len(set(made)) == 99
    assert "N-42" not in made


def test_letters_of_a_pattern_get_more_behind_them() -> None:
    handle = field_of('{type: text, min: 3, max: 20, pattern: "[a-z][a-z0-9_]+"}')
    word = field_of('{type: text, max: 8, pattern: "[a-z]+"}')
    assert fresh_value(handle, "bcd", 123456) == "bcd123456"
    assert len({fresh_value(word, "bcd", number) for number in range(1000)}) == 1000


def test_a_moment_is_written_with_another_offset() -> None:
    fields = fields_of("{at: datetime, until: optional datetime, word: text}")
    sent = {"at": "2026-03-14T23:00:00Z", "until": None, "word": "2026-03-14T23:00:00Z"}
    assert with_offset(sent, fields.values()) == {**sent, "at": "2026-03-15T04:30:00+05:30"}
