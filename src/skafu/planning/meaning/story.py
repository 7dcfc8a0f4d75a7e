"""What a description says, before it becomes a blueprint: acts, notices, wishes, facts about things."""

from dataclasses import dataclass, field
from typing import Literal

from skafu.planning.language.clauses import Clause
from skafu.planning.language.marks import Mark
from skafu.planning.language.phrases import Noun


@dataclass(frozen=True, slots=True)
class Source:
    """Where an element comes from.

    Attributes:
        words: the sentence of the description; nothing where only a rule speaks.
        rule: the name of the planner's rule.
    """

    words: str
    rule: str


@dataclass(slots=True, eq=False)
class Trigger:
    """What makes an act happen by itself.

    Attributes:
        kind: `act` (whenever another act is done), `failed` (whenever another act fails), `schedule` (every so often),
            `deadline` (unless something is done in time), `moment` (at a time that a field holds),
            `value` (whenever a recorded value passes a limit).
        act: the act that it follows, or that starts the time.
        awaited: the acts that stop a deadline.
        mark: the time.
        field: of a moment or a value.
        before: whether the moment is the time of the mark before the field.
        condition: an expression over the event, where the words give one.
    """

    kind: Literal["act", "failed", "schedule", "deadline", "moment", "value"]
    act: "Act | None" = None
    awaited: "tuple[Act, ...]" = ()
    mark: Mark | None = None
    field: str = ""
    before: bool = False
    about: str = ""
    condition: str = ""


@dataclass(slots=True, eq=False)
class Act:
    """Something that is done to a thing: it becomes a command and its event.

    Attributes:
        verb: `place`, `pick_up`.
        thing: the thing whose life it belongs to: `order`.
        named: the words after the verb in its name, when they are not the thing's: `to cart`, `rider`, `data`.
        target: the other thing that it is about: the class of "book a class".
        roles: who does it; nobody means that the system does.
        source: where it comes from.
        clause: that says it; none where a rule added it.
        creates: whether the thing comes into being by it.
        triggers: what makes it happen without a person.
        states: in which states the thing must be, by the verbs that led there.
        outside: the brand that does it for us: `stripe`.
        inbound: the channel on which it comes in: `email`, `mqtt`.
        fields: attribute name -> type, given with it.
        event: the words of its event, where they are not thing and participle.
        hinted: whether the text only mentions it in passing (in a condition).
    """

    verb: str
    thing: str
    source: Source
    named: str = ""
    target: str = ""
    roles: list[str] = field(default_factory=list)
    clause: Clause | None = None
    creates: bool = False
    triggers: list[Trigger] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    outside: str = ""
    inbound: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    event: str = ""
    hinted: bool = False
    passive: bool = False
    optional: bool = False
    extra_events: list[str] = field(default_factory=list)
    reads: dict[str, str] = field(default_factory=dict)
    value_type: str = ""
    counts: str = ""
    label: str = ""
    term: str = ""
    amount: Mark | None = None
    stretch: tuple[str, str] = ("", "")


@dataclass(slots=True, eq=False)
class Notice:
    """Somebody is told something."""

    recipient: str
    channel: str
    source: Source
    clause: Clause
    act: Act | None = None
    roles: list[str] = field(default_factory=list)
    triggers: list[Trigger] = field(default_factory=list)
    about: str = ""


@dataclass(slots=True, eq=False)
class Told:
    """What a clause turned out to mean."""

    clause: Clause
    source: Source
    acts: list[Act] = field(default_factory=list)
    notice: Notice | None = None
    failure: bool = False


@dataclass(slots=True, eq=False)
class Wish:
    """Somebody wants to see something: it becomes a query."""

    thing: str
    source: Source
    roles: list[str] = field(default_factory=list)
    words: str = ""
    own: bool = False
    states: list[str] = field(default_factory=list)
    by: str = ""


@dataclass(slots=True, eq=False)
class Rule:
    """A condition that refuses an act."""

    act: Act
    code: str
    expression: str
    message: str
    source: Source


@dataclass(slots=True, eq=False)
class Thing:
    """A noun of the description that the system may keep.

    Attributes:
        name: singular words: `purchase order`.
        count: how often it is mentioned.
        attributes: name -> type.
        owner: the thing that it belongs to.
    """

    name: str
    source: Source
    count: int = 0
    many: int = 0
    attributes: dict[str, str] = field(default_factory=dict)
    owners: list[str] = field(default_factory=list)
    weak: bool = True


@dataclass(slots=True)
class Question:
    """Something that the description leaves open."""

    text: str
    about: str = ""


@dataclass(slots=True)
class Story:
    """Everything that was read out of a description."""

    title: str = ""
    topic: str = ""
    acts: list[Act] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    wishes: list[Wish] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    things: dict[str, Thing] = field(default_factory=dict)
    roles: dict[str, Source] = field(default_factory=dict)
    retention: dict[str, str] = field(default_factory=dict)
    per_second: float = 0.0
    thresholds: list[tuple[str, str]] = field(default_factory=list)
    capacities: dict[str, bool] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    loose: list[Noun] = field(default_factory=list)

    def act(self, verb: str, thing: str) -> Act | None:
        """Find an act by its verb and its thing or target."""
        return next((act for act in self.acts if act.verb == verb and thing in {act.thing, act.target}), None)
