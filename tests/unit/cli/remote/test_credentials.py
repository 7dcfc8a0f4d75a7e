"""The file of credentials, who is called with what, and how a session goes on."""

import stat
import threading
from pathlib import Path

import pytest
from scripted_api import Asked, Scripted, scripted_api
from scripted_server import fine, wrong

from skafu.entrypoints.cli.remote.addresses import checked_server, is_loopback, read_link
from skafu.entrypoints.cli.remote.answers import NotSignedIn
from skafu.entrypoints.cli.remote.client import Bearer
from skafu.entrypoints.cli.remote.credentials import Credential, CredentialFile, Kept
from skafu.entrypoints.cli.remote.remote import caller
from skafu.entrypoints.cli.remote.sessions import KeptSession
from skafu.kernel.errors import Invalid

A, B = "https://a.example.org", "http://127.0.0.1:8400"
TOKEN = Credential("skafu_abc")
SESSION = Credential(access="acc", until=2_000_000_000.5, refresh='re"fresh\\')


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CredentialFile:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return CredentialFile()


def shown(bearer_of: tuple[str, Bearer]) -> tuple[str, str]:
    return bearer_of[0], bearer_of[1].token()


def test_what_is_kept_is_read_again_by_its_owner_alone(file: CredentialFile) -> None:
    file.keep(A, TOKEN)
    file.keep(B, SESSION)
    assert file.read() == Kept(B, {A: TOKEN, B: SESSION})
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700
    assert [each.name for each in file.path.parent.iterdir()] == ["credentials.toml"]


def test_servers_are_chosen_and_forgotten(file: CredentialFile) -> None:
    assert file.read() == Kept()
    for server in (A, B):
        file.keep(server, TOKEN)
    file.choose(A)
    file.forget(A)
    assert file.read() == Kept(B, {B: TOKEN})
    file.forget(B)
    assert file.read() == Kept()


def test_a_file_that_others_may_read_is_refused(file: CredentialFile) -> None:
    file.keep(A, TOKEN)
    file.path.chmod(0o640)
    with pytest.raises(Invalid, match="others may read"):
        file.read()


@pytest.mark.parametrize("text", ["current = 'skafu_abc", "current = 7\nx = 'skafu_abc'", "\x00skafu_abc"])
def test_a_broken_file_is_told_and_its_content_is_not(file: CredentialFile, text: str) -> None:
    file.keep(A, TOKEN)
    file.path.write_text(text)
    with pytest.raises(Invalid, match="cannot be read") as error:
        file.read()
    assert "skafu_abc" not in f"{error.value} {error.value.fix} {error.value.__cause__}"


def test_no_secret_stands_in_a_repr() -> None:
    assert "abc" not in repr(TOKEN)
    assert "fresh" not in repr(Kept(B, {B: SESSION}))


def test_the_environment_goes_before_what_is_kept(file: CredentialFile) -> None:
    file.keep(A, TOKEN)
    file.keep(B, Credential("skafu_b"))
    assert shown(caller(None, {})) == (B, "skafu_b")
    assert shown(caller(A, {})) == (A, "skafu_abc")
    assert shown(caller(None, {"SKAFU_URL": f"{A}/"})) == (A, "skafu_abc")
    assert shown(caller(None, {"SKAFU_TOKEN": "skafu_e"})) == (B, "skafu_e")
    assert shown(caller(None, {"SKAFU_TOKEN": "skafu_e", "SKAFU_URL": "http://other"})) == ("http://other", "skafu_e")


def test_a_token_of_the_environment_does_not_go_to_another_server(file: CredentialFile) -> None:
    file.keep(A, TOKEN)
    assert shown(caller(A, {"SKAFU_TOKEN": "skafu_e", "SKAFU_URL": B})) == (A, "skafu_abc")


def test_nobody_needs_a_file_who_has_the_environment(file: CredentialFile) -> None:
    file.keep(A, TOKEN)
    file.path.chmod(0o644)
    assert shown(caller(None, {"SKAFU_TOKEN": "skafu_e", "SKAFU_URL": B})) == (B, "skafu_e")


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("http://127.0.0.1:8400/", "http://127.0.0.1:8400"),
        ("https://skafu.example.org/api/v1", "https://skafu.example.org"),
        ("https://example.org/skafu/", "https://example.org/skafu"),
    ],
)
def test_addresses(given: str, address: str) -> None:
    assert checked_server(given) == address


@pytest.mark.parametrize(
    "given", ["", "example.org", "ftp://x", "http://", "https://me:hunter2@x", "http://x:junk", "http://x/?hunter2"]
)
def test_what_is_no_address_is_refused_and_not_repeated(given: str) -> None:
    with pytest.raises(Invalid) as error:
        checked_server(given)
    assert "hunter2" not in f"{error.value}{error.value.fix}"


def test_a_link_is_not_taken_from_a_command_line() -> None:
    with pytest.raises(Invalid, match="is a secret") as error:
        checked_server("http://127.0.0.1:8400/sign-in#owner=hunter2")
    assert "hunter2" not in f"{error.value}{error.value.fix}"


def test_links_are_read_from_what_was_printed() -> None:
    said = "Sign in within an hour, once: http://127.0.0.1:8400/sign-in#owner=a-b_C"
    assert read_link(said) == ("http://127.0.0.1:8400", "owner", "a-b_C")
    assert read_link("https://x.org/skafu/sign-in#invitation=q") == ("https://x.org/skafu", "invitation", "q")
    assert read_link("http://127.0.0.1:8400/sign-in") is None


def test_this_machine_is_known() -> None:
    assert [is_loopback(each) for each in (B, "http://localhost:1", "http://[::1]:2", A)] == [True, True, True, False]


class Sessions:
    """A server that gives the next pair for the newest refresh token alone."""

    def __init__(self) -> None:
        self.number = 0
        self.lock = threading.Lock()

    def __call__(self, asked: Asked) -> Scripted:
        with self.lock:
            if asked.body != f'{{"refresh_token":"r{self.number}"}}'.encode():
                return wrong(401, "SESSION_OVER", "the session is over")
            self.number += 1
            return fine({"access_token": f"a{self.number}", "expires_in": 300, "refresh_token": f"r{self.number}"})


def test_an_access_token_is_used_until_shortly_before_its_end(file: CredentialFile) -> None:
    now = [1000.0]
    with scripted_api(Sessions()) as api:
        file.keep(api.address, Credential(access="a0", until=1300, refresh="r0"))
        session = KeptSession(file, api.address, lambda: now[0])
        assert session.token() == "a0"
        now[0] = 1281.0
        assert session.token() == "a1"
        assert session.renewed("a1") == "a2"
        assert session.renewed("a1") == "a2"
    kept = file.read().servers[api.address]
    assert (kept.access, kept.refresh, kept.until) == ("a2", "r2", 1581.0)


def test_commands_at_once_use_up_one_refresh_token_once(file: CredentialFile) -> None:
    with scripted_api(Sessions()) as api:
        file.keep(api.address, Credential(access="a0", until=0, refresh="r0"))
        got: list[str] = []
        threads = [
            threading.Thread(
                target=lambda: got.append(KeptSession(CredentialFile(), api.address, lambda: 1000.0).token())
            )
            for _ in range(8)
        ]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    assert got == ["a1"] * 8
    assert len(api.asked) == 1


def test_a_session_that_is_over_is_told(file: CredentialFile) -> None:
    with scripted_api(Sessions()) as api:
        file.keep(api.address, Credential(access="a0", until=0, refresh="stolen"))
        with pytest.raises(NotSignedIn, match="is over") as error:
            KeptSession(file, api.address).token()
    assert "stolen" not in f"{error.value}{error.value.fix}"
    with pytest.raises(NotSignedIn, match="nobody is signed in"):
        KeptSession(file, A).token()
