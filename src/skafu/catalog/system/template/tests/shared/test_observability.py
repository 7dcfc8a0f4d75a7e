import pytest

from shared import observability


def test_personal_fields_are_masked_at_any_depth(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observability, "PERSONAL", frozenset({"email"}))
    masked = observability.redact({"email": "a@b.c", "list": [{"email": "x", "kept": 1}], "kept": "y"})
    assert masked == {"email": "[redacted]", "list": [{"email": "[redacted]", "kept": 1}], "kept": "y"}
