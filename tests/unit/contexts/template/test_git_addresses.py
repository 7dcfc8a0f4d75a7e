"""Addresses of repositories that nobody may make this machine ask."""

import pytest

from skafu.contexts.template.adapters.git_addresses import allowed_address, is_public, public_address
from skafu.contexts.template.adapters.git_repositories import https_only
from skafu.kernel.errors import Invalid, Unavailable

HOSTS = ("github.com", "gitlab.com")


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("https://github.com/owner/name.git", "https://github.com/owner/name.git"),
        ("https://GITHUB.com/owner/name", "https://github.com/owner/name"),
        ("https://github.com:443/owner/name", "https://github.com/owner/name"),
        ("https://gitlab.com/group/sub/na.me-1_x.git", "https://gitlab.com/group/sub/na.me-1_x.git"),
        ("https://github.com./owner/name", "https://github.com/owner/name"),
    ],
)
def test_repositories_of_allowed_hosts_are_asked(given: str, url: str) -> None:
    assert allowed_address(given, HOSTS).url == url


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/etc/passwd",
        "file:///etc",
        "ssh://git@github.com/a/b",
        "git@github.com:a/b",
        "git://github.com/a/b",
        "http://github.com/a/b",
        "ext::sh -c id",
        "--upload-pack=touch x",
        "https://evil.example/a/b",
        "https://github.com.evil.example/a/b",
        "https://evil.example/github.com/a/b",
        "https://user:secret@github.com/a/b",
        "https://github.com@evil.example/a/b",
        "https://github.com:8080/a/b",
        "https://github.com:x/a/b",
        "https://github.com/a/b?c=d",
        "https://github.com/a/b#c",
        "https://github.com/a/../../b",
        "https://github.com/",
        "https://github.com/a b",
        "https://github.com/a/b\n-c x",
        "https://github.com/a%2fb",
        "https://127.0.0.1/a/b",
        "https://[::1]/a/b",
        "https://169.254.169.254/latest",
        "https://g\u0131thub.com/a/b",
        "https://github.com/" + "a" * 600,
        "https://[bad/a/b",
    ],
)
def test_everything_else_is_refused_without_asking_anybody(address: str) -> None:
    with pytest.raises(Invalid) as caught:
        allowed_address(address, HOSTS)
    assert caught.value.fix


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "172.16.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 nothing listens here
        "224.0.0.1",
        "::1",
        "fe80::1",
        "fc00::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:0001::",
        "nonsense",
    ],
)
def test_a_host_that_leads_into_this_network_is_not_asked(address: str) -> None:
    assert not is_public(address)
    with pytest.raises(Invalid, match="not on the public internet"):
        public_address("github.com", lambda _: ["140.82.121.4", address])


def test_git_is_given_the_address_that_was_looked_at() -> None:
    assert public_address("github.com", lambda _: ["140.82.121.4", "140.82.121.3"]) == "140.82.121.4"
    words = https_only("github.com", "140.82.121.4")
    assert "http.curloptResolve=github.com:443:140.82.121.4" in words
    assert "protocol.allow=never" in words
    assert "http.followRedirects=false" in words
    assert "http.curloptResolve=github.com:443:[2606:50c0::1]" in https_only("github.com", "2606:50c0::1")


def test_a_host_without_an_address_does_not_answer() -> None:
    with pytest.raises(Unavailable):
        public_address("github.com", lambda _: [])
