import json

import pytest
from tables import LAMBDA

from shared import observability
from shared.observability import measure, metrics, outcome


def test_personal_fields_are_masked_at_any_depth(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observability, "PERSONAL", frozenset({"email"}))
    masked = observability.redact({"email": "a@b.c", "list": [{"email": "x", "kept": 1}], "kept": "y"})
    assert masked == {"email": "[redacted]", "list": [{"email": "[redacted]", "kept": 1}], "kept": "y"}


def test_a_log_line_says_which_release_wrote_it() -> None:
    line = json.loads(observability.RedactingFormatter().serialize({"message": "hello"}))
    assert line == {"message": "hello", "release": "unreleased"}


def test_outcomes_and_durations_become_metrics_of_the_service(capsys: pytest.CaptureFixture[str]) -> None:
    @metrics.log_metrics
    def handler(_: object, __: object) -> None:
        outcome(failed=True)
        outcome(failed=False)
        measure(12.5)

    handler({}, LAMBDA)
    written = json.loads(capsys.readouterr().out)
    assert (written["Failed"], written["Duration"]) == ([1.0, 0.0], [12.5])
    assert written["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["service"]]
