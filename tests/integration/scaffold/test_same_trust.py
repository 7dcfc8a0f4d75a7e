"""Which templates are trusted by the settings of Copier: Copier and Skafu say the same of every address."""

import random
from pathlib import Path

import pytest
from copier._settings import is_trusted_repository, load_settings

from skafu.entrypoints.cli.render.copier_settings import copier_settings
from skafu.workspace.trusted_addresses import is_trusted

STARTS = (
    *("gh:", "gl:", "https://github.com", "https://example.com:443", "git@github.com:", "host:", "", "/", "~/", "./"),
    *("../", "file://", "git+https://example.com", "ssh://git@host", "C:\\", "c:", "https://"),
)
PARTS = ("a", "b", "..", ".", "", "a%2e", "a b", "b\\c", "a?x", "a#y", "ö", "a~", "@", "a:b")
BOTH = [
    ("gh:ours/one", "gh:ours/one", True),
    ("gh:ours/one", "gh:ours/", True),
    ("gh:ours/one", "gh:ours", False),
    ("gh:ours/one", "gh:our", False),
    ("gh:ours/one", "https://github.com/ours/", False),
    ("gh:ours/../theirs/one", "gh:ours/", False),
    ("gh:ours/%2e%2e/theirs", "gh:ours/", False),
    ("git@github.com:ours/one.git", "git@github.com:ours/", True),
    ("https://github.com/ours/./one.git", "https://github.com/ours/one.git", True),
    ("/srv/templates/one", "/srv/templates/", True),
    ("/srv/templates/../one", "/srv/templates/", False),
    ("one", "/srv/templates/", False),
    ("~/templates/one", "~/templates/", True),
    (str(Path.home() / "templates/one"), "~/templates/", True),
    ("https://[", "https://[", True),
]


@pytest.mark.parametrize(("address", "trusted", "expected"), BOTH)
def test_addresses(address: str, trusted: str, expected: bool) -> None:
    assert is_trusted(address, ["gl:others/", trusted]) is expected
    if "[" not in address:
        assert is_trusted_repository(["gl:others/", trusted], address) is expected


def test_addresses_by_chance() -> None:
    dice = random.Random(7)

    def address() -> str:
        parts = "/".join(dice.choice(PARTS) for _ in range(dice.randint(0, 4)))
        return dice.choice(STARTS) + parts + dice.choice(("", "/", "/"))

    said = set()
    for _ in range(5_000):
        one, other = address(), address()
        trusted = dice.choice((other, one[: dice.randint(0, len(one))] + dice.choice(("", "/"))))
        expected = is_trusted_repository([trusted], one)
        assert is_trusted(one, [trusted]) is expected, (one, trusted)
        said.add(expected)
    assert said == {True, False}


@pytest.mark.parametrize(
    "written",
    [
        *(
            "{}",
            "trust: []",
            "trust: [gh:ours/, 'gh:theirs/one']",
            "trust: !!set {gh:ours/}",
            "trust:",
            "trust: gh:ours/",
        ),
        *("trust: [1]", "trust: {a: b}", "trust: [gh:ours/]\ndefaults: {a: 1}", "[]", "defaults:", ""),
    ],
)
def test_settings(written: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "settings.yml"
    path.write_text(written)
    monkeypatch.setenv("COPIER_SETTINGS_PATH", str(path))
    try:
        expected = load_settings()
    except Exception:  # noqa: BLE001 - of whatever kind
        with pytest.raises(Exception, match="settings in"):
            copier_settings()
        return
    found = copier_settings()
    assert (sorted(found.trust), dict(found.defaults)) == (sorted(expected.trust), dict(expected.defaults))
