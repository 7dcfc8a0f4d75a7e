"""The template engine: a template and answers make a tree of files; no input, output, clock or chance of its own.

Templates of Copier and of Cookiecutter render to the same bytes as with the tools themselves.

Example:
    >>> from skafu.scaffold import load, render
    >>> template = load({"copier.yml": b"name: shop", "{{ name }}.txt.jinja": b"Hello {{ name }}!"})
    >>> render(template, {"name": "books"})["books.txt"].content
    b'Hello books!'
    >>> list(render(template, {}))
    ['shop.txt']
"""

from skafu.scaffold.asking import Back, Choice, Interviewer, Prompt
from skafu.scaffold.bounds.meter import Limits
from skafu.scaffold.commands import Command
from skafu.scaffold.errors import AnswerInvalid, TemplateInvalid
from skafu.scaffold.place import Dice, Place
from skafu.scaffold.rendered import Rendered
from skafu.scaffold.template import Template, fill, load, render
from skafu.scaffold.tree import File, FileTree
from skafu.scaffold.values import Value

__all__ = [
    "AnswerInvalid",
    "Back",
    "Choice",
    "Command",
    "Dice",
    "File",
    "FileTree",
    "Interviewer",
    "Limits",
    "Place",
    "Prompt",
    "Rendered",
    "Template",
    "TemplateInvalid",
    "Value",
    "fill",
    "load",
    "render",
]
