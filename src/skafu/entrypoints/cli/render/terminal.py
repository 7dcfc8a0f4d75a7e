"""Puts the questions of a template to the person at the terminal, and checks answers as they are typed."""

import json
from typing import Any

import questionary
import yaml
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent, merge_key_bindings
from prompt_toolkit.output import Output

from skafu.entrypoints.cli.harmless import harmless
from skafu.scaffold import Back, Prompt

_BACK = "s-tab"
_NO_WRAP = 2**31 - 1


class Terminal:
    """An interviewer on prompt_toolkit; Shift-Tab goes back to the question before."""

    def __init__(self, keys: Input | None = None, screen: Output | None = None) -> None:
        """Use the terminal of this process, unless others are given.

        Args:
            keys: where key strokes come from.
            screen: where questions are shown.
        """
        self._streams: dict[str, Any] = {
            name: stream for name, stream in (("input", keys), ("output", screen)) if stream is not None
        }
        self._told_keys = False

    def greet(self, words: str) -> None:
        """Say what the template says before its questions."""
        questionary.print(
            harmless(words.rstrip()), **{name: one for name, one in self._streams.items() if name == "output"}
        )

    def ask(self, prompt: Prompt) -> Any:  # noqa: ANN401 - any plain value
        """Get one answer.

        Raises:
            Back: the person wants the question before.
            KeyboardInterrupt: the person wants no more.
        """
        prompt = _harmless(prompt)
        question = self._question(prompt, self._message(prompt))
        bindings = question.application.key_bindings
        question.application.key_bindings = merge_key_bindings([*([bindings] if bindings else []), _back_key()])
        return question.unsafe_ask()

    def _message(self, prompt: Prompt) -> str:
        words = prompt.help.strip() or prompt.name
        kind = "" if prompt.type == "str" or prompt.choices else f" ({prompt.type})"
        keys = "" if self._told_keys else "  [Shift-Tab: back]"
        self._told_keys = True
        return f"[{prompt.number}/{prompt.total}] {words}{kind}{keys}\n "

    def _options(self, prompt: Prompt) -> dict[str, Any]:
        return {**self._streams, **({"qmark": prompt.mark} if prompt.mark else {})}

    def _question(self, prompt: Prompt, message: str) -> questionary.Question:
        if prompt.choices:
            return self._of_choices(prompt, message)
        if prompt.type == "bool":
            return questionary.confirm(message, default=prompt.default is True, **self._options(prompt))
        validate = _validator(prompt)
        text = shown_default(prompt)
        if prompt.secret:
            return questionary.password(message, default=text, validate=validate, **self._options(prompt))
        if prompt.type == "path":
            return questionary.path(message, default=text, validate=validate, **self._options(prompt))
        shown: dict[str, Any] = {"placeholder": prompt.placeholder} if prompt.placeholder else {}
        return questionary.text(
            message,
            default=text,
            validate=validate,
            multiline=prompt.multiline,
            **self._options(prompt),
            **shown,
        )

    def _of_choices(self, prompt: Prompt, message: str) -> questionary.Question:
        picked = prompt.default if prompt.multiselect and isinstance(prompt.default, list) else []
        choices = [
            questionary.Choice(one.name, one.value, disabled=one.disabled or None, checked=one.value in picked)
            for one in prompt.choices
        ]
        if prompt.multiselect:
            return questionary.checkbox(message, choices=choices, validate=_validator(prompt), **self._options(prompt))
        default = next((one for one in choices if prompt.has_default and one.value == prompt.default), None)
        return questionary.select(message, choices=choices, default=default, **self._options(prompt))


def _harmless(prompt: Prompt) -> Prompt:
    """The same question in words that the terminal does not obey; its answers stay as they are."""
    choices = (
        one._replace(name=harmless(one.name, newlines=False), disabled=harmless(one.disabled)) for one in prompt.choices
    )
    return prompt._replace(
        name=harmless(prompt.name, newlines=False),
        help=harmless(prompt.help),
        placeholder=harmless(prompt.placeholder),
        mark=harmless(prompt.mark, newlines=False),
        choices=tuple(choices),
        problem=lambda answer: harmless(prompt.problem(answer)),
    )


def shown_default(prompt: Prompt) -> str:
    """Write the default of a question as text that a person could have typed."""
    if prompt.default is None:
        return ""
    if prompt.type == "json":
        return json.dumps(prompt.default, indent=2 if prompt.multiline else None)
    if prompt.type == "yaml":
        written = yaml.safe_dump(prompt.default, default_flow_style=not prompt.multiline, width=_NO_WRAP)
        return written.strip().removesuffix("\n...")
    return str(prompt.default)


def _validator(prompt: Prompt) -> Any:  # noqa: ANN401 - what questionary takes
    return lambda answer: prompt.problem(answer) or True


def _back_key() -> KeyBindings:
    bindings = KeyBindings()

    @bindings.add(_BACK, eager=True)
    def back(event: KeyPressEvent) -> None:
        event.app.exit(exception=Back())

    return bindings
