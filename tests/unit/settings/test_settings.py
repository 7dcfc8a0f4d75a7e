"""What settings may be is said where they are read: what would silently never fit is refused by name."""

from pathlib import Path

import pytest

from skafu.kernel.errors import Invalid
from skafu.server_bootstrap import open_platform
from skafu.settings import Settings, read_settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cors_origins", ["*"]),
        ("cors_origins", ["null"]),
        ("cors_origins", ["https://app.example.org/"]),
        ("cors_origins", ["https://App.example.org"]),
        ("cors_origins", ["app.example.org"]),
        ("proxies", ["*"]),
        ("proxies", ["proxy.example.org"]),
        ("proxies", ["10.0.0.1/8"]),
        ("template_hosts", ["https://github.com/"]),
        ("requests_per_second", float("inf")),
        ("requests_per_second", float("nan")),
        ("database_url", "mysql://me:hunter2@localhost/x"),
        ("database_url", "hunter2"),
    ],
)
def test_what_can_never_fit_is_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(Invalid, match=f"setting {name}") as refused:
        read_settings({name: value})
    assert "hunter2" not in str(refused.value)


def test_what_fits_is_taken() -> None:
    given = {
        "cors_origins": ["https://app.example.org", "http://127.0.0.1:5173", "http://[::1]:5173"],
        "proxies": ["127.0.0.1", "10.0.0.0/8", "::1", "fd00::/8"],
        "template_hosts": ["git.example.org"],
    }
    settings = read_settings(given)
    assert {name: getattr(settings, name) for name in given} == given
    for address in ("postgresql://me@localhost/x", "user=me dbname=x"):
        assert read_settings({"database_url": address}).database_url is not None


async def test_an_address_that_cannot_be_read_is_not_repeated(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, database_url="postgresql://me:hunter%2@localhost/x")
    with pytest.raises(Invalid, match="setting database_url") as refused:
        async with open_platform(settings):
            raise AssertionError("it has started")
    assert "hunter" not in str(refused.value)


def test_an_empty_address_of_a_database_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKAFU_DATABASE_URL", "")
    assert read_settings({}).database_url is None


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"oidc_issuer": "https://id.example.org"}, "SKAFU_OIDC_CLIENT_ID"),
        ({"oidc_client_id": "skafu"}, "SKAFU_OIDC_ISSUER"),
        ({"oidc_client_secret": "hunter2"}, "SKAFU_OIDC_ISSUER"),
    ],
)
async def test_a_provider_that_is_set_up_by_half_is_named_at_the_start(
    given: dict[str, str], missing: str, tmp_path: Path
) -> None:
    with pytest.raises(Invalid, match=missing):
        async with open_platform(Settings(data=tmp_path, **given)):  # type: ignore[arg-type]
            raise AssertionError("it has started")
