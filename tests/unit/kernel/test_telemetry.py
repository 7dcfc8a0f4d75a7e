"""The tracer when nobody listens."""

import pytest

from skafu.kernel.telemetry import NOBODY


def test_nobody_hears_of_work_within_work() -> None:
    with NOBODY.span("outer", {"events": 1}) as outer, NOBODY.span("inner", {}) as inner:
        assert (outer, inner) == (None, None)


def test_errors_pass_through() -> None:
    with pytest.raises(ValueError, match="mine"), NOBODY.span("work", {}):
        raise ValueError("mine")
