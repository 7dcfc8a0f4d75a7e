"""What templates may use: the answers so far, and what Copier adds to them."""

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from skafu.scaffold.copier_yml import Settings
from skafu.scaffold.errors import AnswerInvalid
from skafu.scaffold.questions import Question
from skafu.scaffold.texts import Scope, Texts
from skafu.scaffold.values import Loose, Value, plain_problem

_RESERVED = frozenset({"_copier_answers", "_copier_conf", "_copier_phase", "_folder_name"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rendering comes from and goes to, as far as templates and the answers file may see it.

    Attributes:
        source: where the template is from; `_src_path` in the answers file, left out when None.
        commit: which version of it; `_commit` in the answers file, left out when None.
        destination: path of the folder that is written to; its last name is `_folder_name`.
    """

    source: str | None = None
    commit: str | None = None
    destination: str = ""


def check_given(given: Mapping[str, Value]) -> None:
    """Refuse given answers that are no plain values or that take a name of Copier's.

    Raises:
        AnswerInvalid: the first one that is wrong.
    """
    for name, value in given.items():
        if type(name) is not str or name in _RESERVED:
            raise AnswerInvalid("this name is taken", question=str(name))
        if problem := plain_problem(value):
            raise AnswerInvalid(problem, question=name)


class Context:
    """The answers in the making, and the scope that they give.

    Attributes:
        given: answers as the caller gave them, also those to no question.
    """

    def __init__(
        self,
        settings: Settings,
        questions: tuple[Question, ...],
        texts: Texts,
        given: Mapping[str, Value],
        place: Place,
    ) -> None:
        """Start without any answer but the given ones.

        Args:
            settings: of the template.
            questions: of the template.
            texts: renders the path of the answers file.
            given: checked answers.
            place: source and destination.
        """
        self.given = dict(given)
        self._settings = settings
        self._texts = texts
        self._place = place
        self._metadata = {
            name: value for name, value in (("_commit", place.commit), ("_src_path", place.source)) if value is not None
        }
        self._answers: dict[str, Loose] = {}
        self._kept = {question.name for question in questions if not question.secret}
        self._scope: Scope | None = None

    def keep_out(self, name: str) -> None:
        """Leave an answer out of the answers file."""
        self._kept.discard(name)
        self._scope = None

    def answer(self, name: str, value: Loose) -> None:
        """Note the answer to a question."""
        self._answers[name] = value
        self._scope = None

    def prompt_scope(self) -> Scope:
        """Give what the texts of the next question may use."""
        if self._scope is None:
            self._scope = self._texts.scope(self._build("prompt"))
        return self._scope

    def render_scope(self) -> Scope:
        """Give what files and paths may use."""
        return self._texts.scope(self._build("render"))

    def _build(self, phase: str) -> dict[str, Any]:
        # The order of the layers shows in `_copier_answers`: given answers come before defaults.
        combined = dict(ChainMap(self._answers, self.given, self._metadata))
        kept = {name: value for name, value in combined.items() if name in self._kept}
        context: dict[str, Any] = {
            **combined,
            "_external_data": {},
            "_copier_answers": {**self._metadata, **kept},
            "_copier_conf": self._conf(),
            "_copier_phase": phase,
            "_folder_name": PurePosixPath(self._place.destination).name,
        }
        path = self._texts.fill(self._settings.answers_file, self._texts.scope(context), file=self._settings.file)
        context["_copier_conf"]["answers_file"] = str(PurePosixPath(path))
        return context

    def _conf(self) -> dict[str, Any]:
        return {
            "answers_file": "",
            "src_path": self._place.source or "",
            "dst_path": self._place.destination,
            "data": self.given,
            "vcs_ref": None,
            "vcs_ref_hash": None,
            "sep": "/",
            "os": "linux",
            "defaults": True,
            "overwrite": False,
            "pretend": False,
            "quiet": True,
            "unsafe": False,
        }
