"""The README shows what is in the example and what is generated from it, to the letter."""

from textwrap import dedent

from generated_projects import EXAMPLES, tree_of
from project_documents import ROOT, blocks_of

BLOCKS = {block.words[0]: block.text for block in blocks_of(ROOT / "README.md") if block.words}


def test_the_piece_of_a_blueprint_is_in_the_example() -> None:
    lines = (EXAMPLES / "bookstore" / "skafu.yaml").read_text().splitlines()
    shown = BLOCKS["yaml"].rstrip().splitlines()
    (at,) = [number for number, line in enumerate(lines) if line.strip() == shown[0]]
    assert dedent("\n".join(lines[at : at + len(shown)])).splitlines() == shown


def test_the_function_is_what_is_generated() -> None:
    handler = tree_of("bookstore")["services/store/src/store/handlers/cancel_order.py"].content.decode()
    assert handler.endswith(f"\n\n\n{BLOCKS['python'].strip()}\n")


def test_the_picture_ends_with_a_proof() -> None:
    picture = (ROOT / "docs" / "images" / "demo.svg").read_text().replace("&#160;", " ")
    assert "PROVEN in " in picture
    assert "NOT PROVEN" not in picture
