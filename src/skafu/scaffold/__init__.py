"""The template engine: a template in Copier's format and answers make a tree of files; no input, output or chance."""

from skafu.scaffold.context import Place
from skafu.scaffold.errors import AnswerInvalid, TemplateInvalid
from skafu.scaffold.template import Template, load, render
from skafu.scaffold.tree import File, FileTree
from skafu.scaffold.values import Value

__all__ = ["AnswerInvalid", "File", "FileTree", "Place", "Template", "TemplateInvalid", "Value", "load", "render"]
