"""What templates may use: the answers so far, and what Copier adds to them."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from skafu.scaffold.bounds.meter import Meter
from skafu.scaffold.copier_yml import Settings
from skafu.scaffold.external import External
from skafu.scaffold.path_text import PathText
from skafu.scaffold.place import Place
from skafu.scaffold.questions import Question
from skafu.scaffold.texts import Scope, Texts
from skafu.scaffold.values import Loose, Value


@lru_cache(maxsize=256)
def _normal(path: str) -> PathText:
    return PathText(PurePosixPath(path))


@lru_cache(maxsize=256)
def _name(path: str) -> str:
    return PurePosixPath(path).name


class Context:
    """The answers in the making, and the scope that they give.

    Attributes:
        given: answers as the caller gave them, also those to no question.
        previous: answers of an earlier rendering, which stand in for defaults.
        place: source and destination.
        meter: what the rendering may still use.
    """

    def __init__(
        self,
        settings: Settings,
        questions: tuple[Question, ...],
        texts: Texts,
        given: Mapping[str, Value],
        previous: Mapping[str, Value],
        place: Place,
        meter: Meter,
    ) -> None:
        """Start without any answer but the given ones.

        Args:
            settings: of the template.
            questions: of the template.
            texts: renders the path of the answers file.
            given: checked answers.
            previous: checked answers of an earlier rendering.
            place: source and destination.
            meter: what the rendering may still use.
        """
        # Templates that change values in place must not change those of the caller.
        self.given = deepcopy(dict(given)) if texts.changes_values else dict(given)
        self.previous = deepcopy(dict(previous))
        self.place = place
        self.meter = meter
        self._settings = settings
        self._texts = texts
        self._metadata = {
            name: value for name, value in (("_commit", place.commit), ("_src_path", place.source)) if value is not None
        }
        self._answers: dict[str, Loose] = {}
        self._open = {question.name for question in questions if not question.secret}
        self._kept = set(self._open)
        self._scope: Scope | None = None

    def keep_out(self, name: str) -> None:
        """Leave an answer out of the answers file."""
        self._kept.discard(name)
        self._scope = None

    def answer(self, name: str, value: Loose) -> None:
        """Note the answer to a question."""
        self._answers[name] = deepcopy(value) if self._texts.changes_values else value
        self._scope = None

    def forget(self, names: Iterable[str]) -> None:
        """Take back what is known of some questions."""
        for name in names:
            self._answers.pop(name, None)
            self._kept |= {name} & self._open
        self._scope = None

    def drop_previous(self, name: str) -> None:
        """Forget an earlier answer that does not fit any more."""
        if self.previous.pop(name, None) is not None:
            self._scope = None

    def remembered(self) -> dict[str, Loose]:
        """Give the answers that an answers file keeps."""
        combined = self._combined()
        return {**self._metadata, **{name: value for name, value in combined.items() if name in self._kept}}

    def prompt_scope(self) -> Scope:
        """Give what the texts of the next question may use."""
        if self._scope is None:
            self._scope = self._build("prompt")
        return self._scope

    def render_scope(self) -> Scope:
        """Give what files and paths may use."""
        return self._build("render")

    def _combined(self) -> dict[str, Loose]:
        # The order of the layers shows in `_copier_answers`: earlier answers come first, then given ones.
        return {**self.previous, **self._metadata, **self.given, **self._answers}

    def _build(self, phase: str) -> Scope:
        context: dict[str, Any] = {
            **self._combined(),
            "_external_data": External(self._settings, self._texts, self.place.existing),
            "_copier_answers": self.remembered(),
            "_copier_conf": self._conf(),
            "_copier_phase": phase,
            "_copier_python": "python",
            "_folder_name": _name(self.place.destination),
        }
        scope = self._texts.scope(context, self.place, self.meter)
        path = self._texts.fill(self._settings.answers_file, scope, file=self._settings.file)
        context["_copier_conf"]["answers_file"] = _normal(path)
        context["_external_data"].scope = scope
        return scope

    def _conf(self) -> dict[str, Any]:
        place = self.place
        return {
            "answers_file": "",
            "src_path": PathText(place.folder or place.source or ""),
            "dst_path": PathText(place.destination if place.written is None else place.written),
            "data": self.given,
            "vcs_ref": place.at,
            "vcs_ref_hash": place.commit_hash,
            "exclude": [],
            "skip_if_exists": [],
            "use_prereleases": False,
            "cleanup_on_error": True,
            "user_defaults": {},
            "conflict": "inline",
            "context_lines": 3,
            "skip_answered": False,
            "skip_tasks": False,
            "sep": "/",
            "os": "linux",
            "defaults": True,
            "overwrite": False,
            "pretend": False,
            "quiet": True,
            "unsafe": False,
        }
