"""A message from outside: its command is run once, whoever repeats it, and nobody else can send it."""

import copy
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from skafu.blueprint.expressions import Checked, decode_value, path_of
from skafu.blueprint.resolved import Reaction, ResolvedInbound
from skafu.proof.driving.aftermath import Aftermath
from skafu.proof.driving.caused import Caused, caused_by, newly_caused
from skafu.proof.driving.freshness import fresh_value
from skafu.proof.driving.http import Answer
from skafu.proof.driving.landscape import CommandAt
from skafu.proof.driving.ledger import Tracked
from skafu.proof.driving.playing import Derailed, Play
from skafu.proof.driving.reacting import Roots, command_of
from skafu.proof.driving.scenario import Scenario
from skafu.proof.driving.sending import ATTACHMENT, Message, Sender
from skafu.proof.driving.trial import Trial

_WITH_FILES = {"email", "file"}


@dataclass
class Letter:
    """A message that is ready to be sent, with the instance that it is for; nothing where its command creates one."""

    message: Message
    name: str
    target: Tracked | None


class MessageScenario(Scenario):
    """One kind of message."""

    works: Letter | None = None
    behind: Letter | None = None

    @property
    def inbound(self) -> ResolvedInbound:
        """The message as it stands in the resolved form."""
        if not isinstance(self.reactor.source, ResolvedInbound):
            raise TypeError(f"{self.reactor.element} is no message")
        return self.reactor.source

    @property
    def sender(self) -> Sender:
        """Who sends it."""
        return Sender(self.opened, self.reactor.service, self.inbound, self.reactor.resource)

    @property
    def at(self) -> CommandAt:
        """The command that it leads to."""
        return command_of(self.driver.landscape, self.inbound.then)

    def prepare(self) -> None:
        """Write two messages: one that comes in good time, and one behind a message that nobody can read."""
        self.works = self._written(self.trials.reactions)
        self.behind = self._written(self.trials.poison) if self.works else None

    def play(self) -> None:
        """Send them."""
        if self.works:
            if self.sender.is_webhook:
                self._refuse_strangers(self.works)
            seen = self._arrive(self.works, self.trials.reactions)
            self._arrive_again(self.works, seen)
        if self.behind:
            body = "" if self.sender.is_webhook else self.put_poison()
            self._arrive(self.behind, self.trials.poison)
            if body:
                self.see_poison_given_up(body)

    def _written(self, trial: Trial) -> Letter | None:
        """Bring an instance to where the command is accepted, and write a message that asks for it."""
        at, then = self.at, self.inbound.then
        journey = at.aggregate.journeys.commands.get(at.name)
        if journey is None:
            trial.gap(f"no way was found on which {at.name} is accepted", self.reactor.element)
            return None
        play = Play(self.driver, trial, at.service)
        *way, last = play.prepare(journey)
        try:
            play.lead(way, last)
        except Derailed:
            return None
        target = None if at.command.creates else play.instances[last.instance]
        return self._letter(then, play.fields(last), target)

    def _letter(self, then: Reaction, fields: dict[str, Any], target: Tracked | None) -> Letter:
        message, number = copy.deepcopy(self.inbound.sample), self.driver.number()
        declared = {field.name: field for field in self.inbound.fields}
        dedup = tuple(self.inbound.dedup.split("."))
        name = _at(message, dedup)
        fresh = fresh_value(declared[dedup[0]], name, number) if dedup[0] in declared else f"{name}-{number}"
        _put(message, dedup, fresh)
        for one in then.values:
            if (path := _path_in_message(one.value)) and fields.get(one.field) is not None:
                _put(message, path, fields[one.field])
        if then.id and target and (path := _path_in_message(then.id)):
            _put(message, path, target.id)
        if "file_name" in message:
            message["file_name"] = f"document-{number}.pdf"
        return Letter(message, f"proof-{number}", target)

    def _arrive(self, letter: Letter, trial: Trial) -> set[str]:
        """Send a message, and see what comes of it; give the ids of all events that are there then.

        Raises:
            Derailed: nothing came.
        """
        trial.count("messages")
        known = self._known()
        self._expect(self.sender.send(letter.message, letter.name), HTTPStatus.OK, trial, "a good message")
        service = self.reactor.service.names.kebab
        found = newly_caused(self.driver, service, self._cause, known)
        if not found:
            said = f"expected {self.at.name} to be run within {self.driver.patience:.0f} s, saw no event of it"
            self.watch(trial).problem(said)
            raise Derailed
        Aftermath(self.watch(trial), self.inbound.then, self._roots(letter), letter.target).judge(found)
        if self.inbound.kind in _WITH_FILES:
            self._see_files(found, trial)
        return {*known, *(one.event_id for one in found)}

    @property
    def _cause(self) -> str:
        return f"{self.inbound.names.kebab}#"

    def _known(self) -> set[str]:
        return {one.event_id for one in caused_by(self.driver, self.reactor.service.names.kebab, self._cause)}

    def _roots(self, letter: Letter) -> Roots:
        said = self.sender.said(letter.message)
        declared = {field.name: field.type for field in self.inbound.fields}
        typed = {name: decode_value(declared[name], value) for name, value in said.items() if name in declared}
        return {"message": {**said, **typed}}

    def _see_files(self, found: list[Caused], trial: Trial) -> None:
        """See that what came with a message is now a file of the service."""
        names = {str(value) for one in found for value in one.stored.data.values() if isinstance(value, str)}
        listed = self.driver.clients.files.list_objects_v2(Bucket=self.sender.bucket, Prefix="files/")
        keys = [one["Key"] for one in listed.get("Contents", []) if one["Key"].removeprefix("files/") in names]
        contents = [
            self.driver.clients.files.get_object(Bucket=self.sender.bucket, Key=key)["Body"].read() for key in keys
        ]
        trial.count("files", len(contents))
        if not any(content.startswith(ATTACHMENT) for content in contents):
            self.watch(trial).problem(f"what came with it is no file of the service: there are {keys}")

    def _arrive_again(self, letter: Letter, seen: set[str]) -> None:
        """Send a message a second time, and see that it changes nothing."""
        trial = self.trials.duplicates
        trial.count("repeated messages")
        self._expect(self.sender.send(letter.message, letter.name), HTTPStatus.OK, trial, "a repeated message")
        if not self.sender.is_webhook:
            self.drain(trial)
        found = caused_by(self.driver, self.reactor.service.names.kebab, self._cause)
        if more := [one.stored.event for one in found if one.event_id not in seen]:
            self.watch(trial).problem(f"it came again: expected nothing, got {more}")

    def _refuse_strangers(self, letter: Letter) -> None:
        """See that messages which are not signed, or not readable, are refused and change nothing."""
        trial, sender, known = self.trials.reactions, self.sender, self._known()
        body = repr(letter.message).encode()
        self._expect(sender.call(body, sender.signature(body)), HTTPStatus.BAD_REQUEST, trial, "what is no JSON")
        empty = b"{}"
        self._expect(sender.call(empty, sender.signature(empty)), HTTPStatus.BAD_REQUEST, trial, "an empty message")
        if self.inbound.signature != "none":
            wrong = sender.signature(empty, "somebody else's key")
            for headers, said in ((dict[str, str](), "without a signature"), (wrong, "signed by somebody else")):
                self._expect(sender.call(empty, headers), HTTPStatus.UNAUTHORIZED, trial, f"a message {said}")
        if self._known() != known:
            self.watch(trial).problem("a message that was to be refused led to events")

    def _expect(self, answer: Answer | None, status: HTTPStatus, trial: Trial, said: str) -> None:
        if answer is not None and answer.status != status:
            self.watch(trial).problem(f"{said}: expected {status.value}, got {answer}")


def _path_in_message(value: Checked) -> tuple[str, ...]:
    """Give the path of what an expression takes from a message; nothing where it does more than that."""
    path = path_of(value.node) or ()
    return tuple(path[1:]) if path[:1] == ("message",) else ()


def _put(message: Message, path: tuple[str, ...], value: object) -> None:
    for name in path[:-1]:
        message = message.setdefault(name, {})
    message[path[-1]] = value


def _at(message: Message, path: tuple[str, ...]) -> Any:  # noqa: ANN401
    for name in path[:-1]:
        message = message.get(name, {})
    return message.get(path[-1], "message")
