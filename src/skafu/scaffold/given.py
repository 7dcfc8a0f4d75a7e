"""Answers as a caller gives them, checked before anything is done with them."""

from collections.abc import Mapping

from skafu.scaffold.errors import AnswerInvalid
from skafu.scaffold.values import Value, plain_problem

_RESERVED = frozenset({"_copier_answers", "_copier_conf", "_copier_phase", "_folder_name"})


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
