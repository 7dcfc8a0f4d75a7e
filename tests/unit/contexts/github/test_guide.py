"""The guide says what the code needs: permissions and settings, no more and no less."""

import re
from pathlib import Path

from skafu.contexts.github.domain.rights import NEEDED, missing
from skafu.settings import PREFIX, Settings

GUIDE = (Path(__file__).parents[4] / "docs" / "guides" / "github.md").read_text()


def test_the_guide_names_every_permission_and_no_other() -> None:
    named = dict(re.findall(r"^\| `(\w+)` \| `(read|write)` \|", GUIDE, re.MULTILINE))
    assert named == dict(NEEDED)


def test_the_guide_names_every_setting() -> None:
    settings = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields if name.startswith("github_")}
    assert set(re.findall(r"`(SKAFU_GITHUB_\w+)`", GUIDE)) == settings


def test_more_than_what_is_needed_is_enough() -> None:
    assert missing(dict.fromkeys(NEEDED, "admin")) == []
    assert missing({**NEEDED, "secrets": "read", "contents": "odd"}) == ["contents: write", "secrets: write"]
