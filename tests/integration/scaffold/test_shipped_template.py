"""The shipped template is a plain Copier template: Copier itself renders it to the same bytes."""

from pathlib import Path

import pytest
from copier_oracle import assert_same_as_copier
from generated_projects import EXAMPLES

from skafu.blueprint import resolve
from skafu.bootstrap import read_blueprint
from skafu.catalog import SYSTEM, template_folder
from skafu.generation.view import view


@pytest.mark.parametrize("example", sorted(one.parent.name for one in EXAMPLES.glob("*/skafu.yaml")))
def test_same_as_copier(example: str, tmp_path: Path) -> None:
    answers = view(resolve(read_blueprint(EXAMPLES / example / "skafu.yaml").blueprint))
    rendered = assert_same_as_copier(template_folder(SYSTEM), answers, tmp_path)
    assert {f"services/{service['name']}/stack.yaml" for service in answers["services"]} <= set(rendered)
