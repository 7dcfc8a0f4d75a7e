"""What must hold for the pages, whatever is on them."""

from html.parser import HTMLParser
from pathlib import Path

import pytest

SITE = Path(__file__).parent.parent / "site"
PAGES = sorted(SITE.rglob("*.html"))


class Page(HTMLParser):
    """Takes note of links, language and title."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.language = ""
        self.tags: set[str] = set()
        self.feed(path.read_text())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.add(tag)
        self.language = self.language or (found.get("lang") or "" if tag == "html" else "")
        self.links += [link for name in ("href", "src") if (link := found.get(name))]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(SITE).as_posix())
def test_pages_have_a_language_a_title_and_a_main_part(path: Path) -> None:
    page = Page(path)
    assert page.language
    assert {"title", "main"} <= page.tags


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(SITE).as_posix())
def test_links_within_the_site_lead_somewhere(path: Path) -> None:
    for link in Page(path).links:
        if "://" not in link and not link.startswith(("#", "mailto:")):
            target = SITE / link.split("#")[0].split("?")[0].strip("/")
            assert target.is_file() or (target / "index.html").is_file(), link


def test_the_site_has_a_start_page() -> None:
    assert SITE / "index.html" in PAGES
