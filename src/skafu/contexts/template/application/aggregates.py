"""The aggregates of the template context, and the stream of each."""

from typing import Final

from skafu.contexts.template.domain import commands as c
from skafu.contexts.template.domain import rendering, selection, template, template_name
from skafu.kernel.identity import checked_name
from skafu.storage.dispatching import Aggregate

TEMPLATES: Final = Aggregate(
    template,
    (
        c.UploadTemplate,
        c.RequestFetch,
        c.FailFetch,
        c.ValidateTemplate,
        c.InvalidateTemplate,
        c.DeprecateTemplate,
        c.DeleteTemplate,
    ),
    lambda command: template_stream(command.template_id),
)
NAMES: Final = Aggregate(
    template_name, (c.ClaimTemplateName, c.ReleaseTemplateName), lambda command: name_stream(command.name)
)
RENDERINGS: Final = Aggregate(rendering, (c.RecordRendering,), lambda command: rendering_stream(command.rendering_id))
SELECTIONS: Final = Aggregate(
    selection,
    (c.SelectTemplate, c.ConfirmSelection, c.RefuseSelection),
    lambda command: selection_stream(command.project_id),
)
AGGREGATES: Final = (TEMPLATES, NAMES, RENDERINGS, SELECTIONS)


def template_stream(template_id: str) -> str:
    """The stream of a template."""
    return f"template-{template_id}"


def name_stream(name: str) -> str:
    """The stream of a name; upper and lower case make no other name."""
    return f"template_name-{checked_name(name, 'the name of a template').casefold()}"


def rendering_stream(rendering_id: str) -> str:
    """The stream of a rendering."""
    return f"rendering-{rendering_id}"


def selection_stream(project_id: str) -> str:
    """The stream of what a project has selected."""
    return f"selection-{project_id}"
