"""Hooks that do more than work with files by the answers do nothing at all, and are shown."""

import pytest

from skafu.scaffold import fill, load

HARMLESS = "import os\nos.remove('a')\n"

UNKNOWN = [
    "import subprocess\nsubprocess.run(['true'])",
    "import os\nos.system('true')",
    "from os import system",
    "import os\nos.environ['HOME']",
    "import os\nos.remove('../x')",
    "import os\nos.remove('/etc/passwd')",
    "import shutil\nshutil.rmtree('.')",
    "open('a').read()",
    "__import__('os')",
    "eval('1')",
    "().__class__.__bases__",
    "''.__class__",
    "'{0.__class__}'.format([])",
    "'{:>999999999}'.format('x')",
    "'%999999999d' % 1",
    "f'{1:>999999999}'",
    "'a' * 10 ** 9",
    "a = 'a'\nfor i in [1, 2, 3, 4, 5, 6, 7, 8, 9] + list('x' * 1):\n    a = a.replace('a', 'a' * 9)",
    "a = 'aaaaaaaaaa'\n" + "a = a.replace('a', a)\n" * 9,
    "a = [1, 1]\n" + "a += a\n" * 40,
    "a = [1, 1]\n" + "a.extend(a)\n" * 40,
    "a = 1\n" + "a = [a, a]\n" * 40 + "print(a)",
    "a = 'x'\n" + "a = ','.join([a, a, a, a])\n" * 40,
    "def f():\n    f()\nf()",
    "for a in '" + "x" * 2000 + "':\n    for b in '" + "x" * 2000 + "':\n        pass",
    "while True:\n    pass",
    "import re\nre.match(r'(a+)+$', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaa!')",
    "import re\nre.match(r'a*a*a*a*b', 'aaaa')",
    "import re\nre.compile(r'(a+)+$').match('aaaaaaaaaaaaaaaaaaaaaaaaaaaa!')",
    "import re\nre.compile('a', re.I)",
    "import re\nre.compile('a').pattern",
    "import re\nprint(re.compile('a'))",
    "import logging\nlogging.getLogger().say.__globals__",
    "import logging\nlogging.FileHandler('a')",
    "import logging.config",
    "class A: pass",
    "with open('a') as f: pass",
    "lambda: 1",
    "async def f(): pass",
    "def f(**k): pass",
    "@str\ndef f(): pass",
    "print([[[[[1]]]]])",
    "import pathlib\npathlib.os.system('true')",
    "import sys\nsys.modules",
    "str.mro()",
    "undefined",
    "a.b = 1",
    "x = {'a': 1}\nx['b'] = 2",
    "if",
]


@pytest.mark.parametrize("text", UNKNOWN)
def test_what_is_not_understood_does_nothing(text: str) -> None:
    files = {
        "cookiecutter.json": b'{"name": "x"}',
        "{{cookiecutter.name}}/a": b"",
        "hooks/post_gen_project.py": f"{HARMLESS}{text}".encode(),
    }
    rendered = fill(load(files), {})
    assert list(rendered.tree) == ["x/a"]
    assert [command.kind for command in rendered.commands] == ["post_gen_project"]
    assert not rendered.notes


def test_other_languages_and_moments_are_shown() -> None:
    files = {
        "cookiecutter.json": b'{"name": "x"}',
        "{{cookiecutter.name}}/a": b"",
        "hooks/post_gen_project.sh": b"rm a",
        "hooks/pre_prompt.py": b"",
        "hooks/pre_gen_project.py~": b"rm a",
        "hooks/other.py": b"rm a",
    }
    kinds = [command.kind for command in fill(load(files), {}).commands]
    assert kinds == ["pre_prompt", "post_gen_project"]
