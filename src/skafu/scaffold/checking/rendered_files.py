"""Which files of a template are there to be rendered."""

from collections.abc import Iterator

from skafu.scaffold.copier_template import CopierTemplate
from skafu.scaffold.paths import NEWLINE, folder_of, matcher
from skafu.scaffold.template import Template


def expected_files(template: Template) -> Iterator[str]:
    """Give the files of a template that some answers should render: below its folder, and not always left out."""
    if not isinstance(template, CopierTemplate):
        prefix = f"{template.folder}/"
        yield from (path for path in template.sources.followed if template.folder and path.startswith(prefix))
        return
    settings = template.settings
    folder = "" if "{" in settings.subdirectory else folder_of(settings.subdirectory) or ""
    prefix = f"{folder}/" if folder else ""
    constant = [line for one in settings.exclude if "{" not in one for line in NEWLINE.split(one)]
    excluded = matcher(tuple(constant))
    # Of a templated subdirectory only what lies in some folder can be meant.
    least = 1 if "{" in settings.subdirectory else 0
    for path in template.sources.followed:
        inside = path.startswith(prefix) and path.count("/") >= least
        if inside and not excluded(path[len(prefix) :].removesuffix(settings.suffix)):
            yield path
