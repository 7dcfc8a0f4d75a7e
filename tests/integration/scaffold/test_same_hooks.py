"""Hooks that only work with files by the answers have the same effect as when Cookiecutter runs them."""

import json
from pathlib import Path

import pytest
from cookiecutter_oracle import assert_same_as_cookiecutter, bake
from copier_oracle import read_tree, write_tree

from skafu.kernel.errors import Refused
from skafu.scaffold import File, Value, fill, load

FILES = {
    f"{{{{cookiecutter.name}}}}/{path}": text
    for path, text in {"a.txt": "a", "docs/b.md": "b", "docs/deep/c.md": "c", "Dockerfile": "d", "run": "r"}.items()
}
ANSWERS: list[dict[str, Value]] = [{}, {"docs": "n"}, {"docs": "n", "docker": "yes", "license": "MIT"}]

BY_LIST = """
import os
import shutil

REMOVE_PATHS = [
    '{% if cookiecutter.docs != "y" %}docs{% endif %}',
    '{% if cookiecutter.docker != "yes" %} Dockerfile {% endif %}',
    "missing",
]

for path in REMOVE_PATHS:
    path = path.strip()
    if path and os.path.exists(path):
        os.unlink(path) if os.path.isfile(path) else shutil.rmtree(path)
"""
BY_FUNCTION = """#!/usr/bin/env python
from __future__ import print_function
import os
from shutil import rmtree as away

PROJECT_DIRECTORY = os.path.realpath(os.path.curdir)


def remove_file(filepath, *, loud=False):
    '''Remove one.'''
    try:
        os.remove(os.path.join(PROJECT_DIRECTORY, filepath))
    except FileNotFoundError as error:
        print(f"no {filepath}", error)
    finally:
        pass


def remove_dir(*parts) -> None:
    away(os.path.join(PROJECT_DIRECTORY, *parts), ignore_errors=True)


if __name__ == '__main__':
    if '{{ cookiecutter.docs }}' != 'y':
        remove_dir('docs', 'deep')
        remove_dir('nowhere')
    if '{{ cookiecutter.docker }}'.lower() not in ('y', 'yes'):
        remove_file('Dockerfile', loud=True)
        remove_file('Dockerfile')
    for number, name in enumerate(sorted(os.listdir('.'))):
        if number > 100:
            break
        if not name.startswith('r'):
            continue
        os.rename(name, name + '.sh')
"""
BY_PATH = """
import shutil
import sys
from pathlib import Path

HERE = Path.cwd()
USED = {"docs": "{{ cookiecutter.docs }}" == "y", "Dockerfile": "{{ cookiecutter.docker }}" == "yes"}
unused = [HERE / name for name, used in USED.items() if not used]
for path in unused:
    if path.is_dir():
        shutil.rmtree(path)
    elif path.exists():
        path.unlink()
Path("a.txt").rename(Path("new") / "a.txt" if False else "b.txt")
Path("made").mkdir(parents=True, exist_ok=True)
shutil.move("b.txt", str(Path("made", "c.txt")))
shutil.copy("made/c.txt", "made/d.txt")
if Path("docs").exists():
    shutil.move("docs/deep", "src/new/deep")
(HERE / "none.txt").unlink(missing_ok=True)
print("%s is ready" % "{{ cookiecutter.name }}".upper())
sys.exit(0)
"""
CHECK = """
import re
import sys

MODULE_REGEX = r'^[_a-zA-Z][_a-zA-Z0-9]+$'
module_name = '{{ cookiecutter.name }}'
if not re.match(MODULE_REGEX, module_name):
    print('ERROR: %s is no good name' % module_name)
    sys.exit(1)
assert_name = module_name.isidentifier()
if assert_name is False:
    raise SystemExit("never")
"""

LOUD_CHECK = """
import logging
import re
import sys

logging.basicConfig(level=logging.DEBUG)
logger = logging.getLogger('pre_gen_project')
NAME = re.compile(r'^[a-z][a-z0-9]+$')

if not NAME.match('{{ cookiecutter.name }}'):
    logger.error('Invalid name "{}"'.format('{{ cookiecutter.name }}'))
    logging.info('Letters and digits only')
    sys.exit(1)
logger.debug('good')
"""


def _template(folder: Path, hooks: dict[str, str]) -> Path:
    variables = {"name": "shop", "docs": "y", "docker": "no", "license": ["BSD", "MIT"]}
    written = {f"hooks/{name}": File(text.encode(), executable=True) for name, text in hooks.items()}
    return write_tree(folder / "template", {"cookiecutter.json": json.dumps(variables), **FILES, **written})


@pytest.mark.parametrize("answers", ANSWERS, ids=str)
@pytest.mark.parametrize(
    ("hook", "check"),
    [(BY_LIST, CHECK), (BY_FUNCTION, LOUD_CHECK), (BY_PATH, CHECK)],
    ids=["list", "function", "path"],
)
def test_same_files(hook: str, check: str, answers: dict[str, Value], tmp_path: Path) -> None:
    template = _template(tmp_path, {"post_gen_project.py": hook, "pre_gen_project.py": check})
    assert_same_as_cookiecutter(template, answers, tmp_path)
    rendered = fill(load(read_tree(template)), answers)
    assert not rendered.commands
    assert all(note.startswith("hooks/post_gen_project.py ") for note in rendered.notes)


@pytest.mark.parametrize(
    ("check", "said"),
    [(CHECK, "ERROR: 1x is no good name"), (LOUD_CHECK, 'Invalid name "1x" Letters and digits only')],
)
def test_a_check_that_says_no(check: str, said: str, tmp_path: Path) -> None:
    template = _template(tmp_path, {"pre_gen_project.py": check})
    with pytest.raises(Refused, match=f"stops: {said}"):
        fill(load(read_tree(template)), {"name": "1x"})
    with pytest.raises(Exception, match="Hook script failed"):
        bake(template, {"name": "1x"}, tmp_path / "rendered")


def test_a_hook_that_fails(tmp_path: Path) -> None:
    template = _template(tmp_path, {"post_gen_project.py": "import os\nos.remove('none')"})
    with pytest.raises(Refused, match="FileNotFoundError"):
        fill(load(read_tree(template)), {})
    with pytest.raises(Exception, match="Hook script failed"):
        bake(template, {}, tmp_path / "rendered")
