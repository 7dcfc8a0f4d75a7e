"""Who renders the versions of a template for an update: this process, or a worker when it is a stranger's."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Protocol

from skafu.scaffold import Place, Rendered, Template, Value, fill, load
from skafu.scaffold.wanted_extensions import wanted_extensions
from skafu.workspace.updating.template_repository import TemplateRepository, TemplateVersion

_OPEN = "this system does not allow to close the network for the template"


class Renderer(Protocol):
    """Renders a version of a template."""

    def __call__(
        self,
        version: TemplateVersion,
        answers: Mapping[str, Value],
        previous: Mapping[str, Value],
        place: Place,
        paths: tuple[str, ...] = (),
    ) -> Rendered:
        """Render; see `skafu.scaffold.fill`.

        Args:
            version: what is rendered.
            answers: answers that change.
            previous: answers of before.
            place: where it is rendered to.
            paths: paths beside the rendered ones that `keeps` must know.
        """
        ...


@contextmanager
def renderer(repository: TemplateRepository, *, trust: bool) -> Iterator[tuple[Renderer, tuple[str, ...]]]:
    """Give a renderer for a template, and words that people should know.

    Args:
        repository: where the template is: on this machine it is the user's own, elsewhere a stranger's.
        trust: whether its extensions are loaded into this process, whoever wrote it.

    Raises:
        Unavailable: a worker does not start.
    """
    if trust or repository.is_own:
        yield _with_its_code if trust else _here, ()
        return
    from skafu.workspace.worker_pool import WorkerPool

    with WorkerPool(size=1) as pool:
        closed = pool.warm_up()

        def there(
            version: TemplateVersion,
            answers: Mapping[str, Value],
            previous: Mapping[str, Value],
            place: Place,
            paths: tuple[str, ...] = (),
        ) -> Rendered:
            return pool.fill(version.files, answers, place=place, previous=previous, paths=paths)

        yield there, () if closed else (_OPEN,)


def _here(
    version: TemplateVersion,
    answers: Mapping[str, Value],
    previous: Mapping[str, Value],
    place: Place,
    paths: tuple[str, ...] = (),
) -> Rendered:
    del paths
    return fill(_compiled(version), answers, previous=previous, place=place)


def _with_its_code(
    version: TemplateVersion,
    answers: Mapping[str, Value],
    previous: Mapping[str, Value],
    place: Place,
    paths: tuple[str, ...] = (),
) -> Rendered:
    from skafu.workspace.trusted_code import trusted_extensions

    del paths
    trusted = trusted_extensions(version.files, wanted_extensions(version.files, None))
    return fill(load(version.files, trusted=trusted), answers, previous=previous, place=place)


@lru_cache(maxsize=16)
def _compiled(version: TemplateVersion) -> Template:
    """A version, compiled once: that takes far longer than everything else."""
    return load(version.files)
