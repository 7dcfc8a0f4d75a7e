"""Ways of speaking that mean more than their verbs: sensors report, invoices arrive, people wait in line."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from skafu.planning.language.clauses import Clause
from skafu.planning.language.marks import Mark
from skafu.planning.language.phrases import Noun, is_person
from skafu.planning.lexicon import acts as lexicon
from skafu.planning.lexicon import nouns, outside, verbs, words
from skafu.planning.lexicon.fields import TYPE_OF_FIELD
from skafu.planning.meaning.acting import PASSED_ON, Actor
from skafu.planning.meaning.discourse import Discourse
from skafu.planning.meaning.story import Act, Source, Story, Trigger
from skafu.planning.meaning.vocabulary import Vocabulary, field_name

if TYPE_CHECKING:
    from collections.abc import Callable

DEVICES = words(
    """sensor meter device machine tracker thermometer gateway vehicle camera station pump turbine scale beacon robot
    drone probe detector thermostat wearable truck car bus plc controller reader unit engine bin fridge freezer
    logger light charger bike scooter container pallet tank"""
)
REPORTING = frozenset(
    [
        "report",
        "send",
        "measure",
        "transmit",
        "publish",
        "stream",
        "emit",
        "push",
        "deliver",
        "record",
        "submit",
        "capture",
        "log",
        "upload",
    ]
)
READINGS = words("reading telemetry measurement value position data signal location status")
DISCREPANCIES = frozenset({"difference", "mismatch", "discrepancy", "deviation", "variance", "exception"})
DECISIONS = {"approval": ("approve", "reject"), "review": ("review",), "decision": ("approve", "reject"),
             "confirmation": ("confirm",), "verification": ("verify",), "signature": ("sign",)}  # fmt: skip


@dataclass(slots=True)
class Frames:
    """Recognises the ways of speaking."""

    story: Story
    vocabulary: Vocabulary
    discourse: Discourse
    actor: Actor

    def acts(self, clause: Clause, source: Source) -> list[Act] | None:
        """Give the acts that a way of speaking means; nothing when it is a plain sentence."""
        frames: tuple[Callable[[Clause, Source], list[Act] | None], ...] = (
            self._no_show, self._waiting_list, self._approval, self._readings, self._arrival, self._checked,
            self._passed_to_next, self._worked_out,
        )  # fmt: skip
        for frame in frames:
            found = frame(clause, source)
            if found is not None:
                return found
        return None

    def _no_show(self, clause: Clause, source: Source) -> list[Act] | None:
        """If you don't show up ..."""
        if clause.verb.base not in {"show_up", "appear", "turn_up"}:
            return None
        if not clause.verb.negated:
            return []
        thing = self._person_thing()
        act = Act("record", thing, source, named="no-show", clause=clause, event="no-show recorded", hinted=False)
        if self.vocabulary.heads["no-show"]:
            return []
        return [act]

    def _person_thing(self) -> str:
        return self.discourse.role or self.vocabulary.generic

    def _waiting_list(self, clause: Clause, source: Source) -> list[Act] | None:
        """They go on a waiting list; move up when somebody drops out."""
        if clause.verb.base in {"move_up", "advance"} and "waiting list" in self.discourse.records:
            return [
                Act(
                    "promote",
                    "waiting list",
                    source,
                    named="from waiting list",
                    clause=clause,
                    event="promoted from waiting list",
                    passive=True,
                )
            ]
        lists = [noun for _, group in clause.obliques for noun in group if noun.head == "waiting_list"]
        joins = clause.verb.base in {
            "go",
            "put",
            "place",
            "add",
            "join",
            "get",
            "move",
            "enter",
            "be",
            "wait",
            "land",
            "register",
        }
        if clause.verb.base == "join" and not lists:
            lists = [noun for noun in clause.objects if noun.head == "waiting_list"]
        if not lists or not joins:
            return None
        person = self.discourse.agents(clause) or [self.discourse.role or self.vocabulary.generic]
        return [Act("join", "waiting list", source, clause=clause, creates=True, roles=person, target=self._joined())]

    def _joined(self) -> str:
        thing = self.discourse.thing or self.discourse.things
        return self.vocabulary.thing(thing) if thing is not None else ""

    def _approval(self, clause: Clause, source: Source) -> list[Act] | None:
        """Differences go to the buyer for approval; expenses need approval from finance."""
        decision = next((noun for noun in clause.after("for") if noun.head in DECISIONS), None)
        passed = clause.verb.base in PASSED_ON and decision is not None
        needs = clause.verb.base in {"need", "require", "await"} and any(
            noun.head in DECISIONS for noun in clause.objects
        )
        if not passed and not needs:
            return None
        if needs:
            decision = next(noun for noun in clause.objects if noun.head in DECISIONS)
        people = [noun for _, group in clause.obliques for noun in group if is_person(noun.head)]
        people += (
            [decision.of] if decision is not None and decision.of is not None and is_person(decision.of.head) else []
        )
        roles = [role for noun in people if (role := self.discourse.role_of(noun))]
        subject = clause.subjects[0] if clause.subjects else None
        if subject is not None and clause.objects and passed:
            subject = clause.objects[0]
        resolved = self.discourse.resolved(subject) if subject is not None else None
        thing = self._decided(resolved)
        if not thing or decision is None:
            return []
        acts = [
            Act(verb, thing, source, roles=list(roles), clause=clause, optional=verb == "reject")
            for verb in DECISIONS[decision.head]
        ]
        self._discrepancy(resolved)
        for act in acts:
            act.states += (
                [self.story.acts[-1].extra_events[-1]] if self.story.acts and self.story.acts[-1].extra_events else []
            )
        return acts

    def _decided(self, noun: Noun | None) -> str:
        if noun is None or noun.head in DISCREPANCIES or noun.head in nouns.VAGUE or is_person(noun.head):
            return self.discourse.focus
        return self.vocabulary.thing(noun) or self.discourse.focus

    def _discrepancy(self, noun: Noun | None) -> None:
        """Let the act before also find the difference."""
        if noun is None or noun.head not in DISCREPANCIES or not self.story.acts:
            return
        former = self.story.acts[-1]
        if noun.mark is not None and noun.mark.kind == "limit":
            self.story.thresholds.append((noun.head, edge_of(noun.mark)))
        former.extra_events.append(f"{noun.head} found")
        former.fields.setdefault(
            noun.head, "money" if noun.mark is not None and noun.mark.unit not in {"", "%"} else "decimal"
        )

    def _readings(self, clause: Clause, source: Source) -> list[Act] | None:
        """Sensors report temperature and humidity every minute over MQTT."""
        subject = clause.subjects[0] if clause.subjects else None
        if subject is None or subject.head not in DEVICES or clause.verb.base not in REPORTING or clause.verb.passive:
            return None
        if clause.verb.negated or clause.link in {"if", "when"}:
            return []
        device = self.vocabulary.thing(subject)
        measured = self._measured(clause.objects)
        act = Act(
            "record",
            "reading",
            source,
            clause=clause,
            creates=True,
            target=device,
            inbound=self._channel(clause),
            event="reading recorded",
        )
        act.fields = dict.fromkeys(measured, "decimal") or {"value": "decimal"}
        for noun in (
            place for preposition, group in clause.obliques if preposition in {"in", "at", "on"} for place in group
        ):
            if self.vocabulary.thing(noun) and not self.vocabulary.is_system(noun):
                self.discourse.attributes.setdefault(device, {}).setdefault(noun.head, "text")
        mark = clause.mark("every")
        self.story.per_second = max(self.story.per_second, self._rate(subject, mark))
        return [act]

    def _measured(self, objects: tuple[Noun, ...]) -> list[str]:
        found: list[str] = []
        for noun in objects:
            names = [noun.head, *noun.before] if noun.head not in READINGS else [*noun.before]
            found += [name for name in names if name not in READINGS and name not in DEVICES and self._is_measure(name)]
            if noun.of is not None and noun.of.head not in DEVICES:
                found.append(noun.of.head)
        if any(noun.head in {"position", "location"} for noun in objects):
            found += ["latitude", "longitude"]
        return found

    def _is_measure(self, name: str) -> bool:
        return TYPE_OF_FIELD.get(name, "") in {"decimal", "integer"} or name not in TYPE_OF_FIELD

    def _channel(self, clause: Clause) -> str:
        words = [word for _, group in clause.obliques for noun in group for word in (noun.head, *noun.before)]
        return "mqtt" if "mqtt" in words or not {"http", "webhook", "queue"} & set(words) else "webhook"

    def _rate(self, subject: Noun, mark: Mark | None) -> float:
        """How many messages come in a second; the number of devices may stand in another sentence."""
        things = self.story.things.get(self.vocabulary.thing(subject))
        count = max(subject.count, things.many if things is not None else 0, 1)
        return count / mark.seconds if mark is not None and mark.seconds else 0.0

    def _arrival(self, clause: Clause, source: Source) -> list[Act] | None:
        """Supplier invoices arrive by email."""
        if clause.verb.base not in verbs.ARRIVING and not (clause.verb.base == "receive" and clause.verb.passive):
            return None
        if clause.link in {"when", "once", "after", "if"} and clause.verb.base == "receive":
            return None
        acts = []
        for noun in clause.subjects:
            thing = self.vocabulary.thing(self.discourse.resolved(noun))
            if thing and not self.vocabulary.is_field(noun):
                channel = next(
                    (
                        outside.CHANNELS[word.head]
                        for word in clause.after("by", "via", "through", "over", "in")
                        if word.head in outside.CHANNELS
                    ),
                    "",
                )
                fields = (
                    {"document": "file"}
                    if any(word.head in {"pdf", "scan", "photo", "attachment"} for word in clause.after("as", "in"))
                    else {}
                )
                acts.append(
                    Act(
                        "receive",
                        thing,
                        source,
                        clause=clause,
                        creates=True,
                        inbound=channel,
                        fields=dict(fields),
                        passive=True,
                    )
                )
        return acts

    def _checked(self, clause: Clause, source: Source) -> list[Act] | None:
        """The delivery is checked against the purchase order; invoices are matched with it."""
        if clause.verb.base not in {"match", "compare", "check", "reconcile", "verify"} or not clause.verb.passive:
            return None
        other = next((self.vocabulary.thing(noun) for noun in clause.after("against", "with", "to")), "")
        if not other:
            return None
        noun = next(iter(self.discourse.patients(clause)), None)
        thing = self.vocabulary.thing(noun) if noun is not None and noun.head not in nouns.VAGUE else ""
        thing = thing or self.discourse.focus
        if not thing:
            return None
        return [
            Act(
                clause.verb.base,
                thing,
                source,
                target=other,
                clause=clause,
                passive=True,
                roles=self.discourse.agents(clause),
            )
        ]

    def _passed_to_next(self, clause: Clause, source: Source) -> list[Act] | None:
        """... or the item goes to the next bidder."""
        to = next((noun for noun in clause.after("to") if is_person(noun.head) or "next" in noun.adjectives), None)
        if clause.verb.base not in {"go", "pass"} or to is None or clause.verb.passive:
            return None
        noun = self.discourse.resolved(clause.subjects[0]) if clause.subjects else None
        thing = self.vocabulary.thing(noun) if noun is not None else ""
        if not thing:
            return []
        named = " ".join(["to", *(["next"] if "next" in to.text.lower() else []), to.head])
        return [Act("offer", thing, source, named=named, event=f"{thing} offered {named}", clause=clause, passive=True)]

    def _worked_out(self, clause: Clause, _source: Source) -> list[Act] | None:
        """The fare is calculated: nobody decides anything, the thing has one more attribute."""
        patients = self.discourse.patients(clause)
        if clause.verb.base not in verbs.COMPUTING - {"count", "update", "decide"} or not patients:
            return None
        for noun in patients:
            if self.vocabulary.is_field(noun) and self.story.acts:
                self.story.acts[-1].fields.setdefault(field_name(noun), "")
        return []

    def reports(self, clause: Clause, source: Source) -> list[Act]:
        """A monthly report is something that is made every month."""
        made = []
        for noun in clause.objects:
            mark = noun.mark or clause.mark("every")
            if noun.head in nouns.REPORTS and mark is not None and mark.kind == "every":
                thing = self.vocabulary.thing(noun) or noun.head
                verb = next(
                    (verb for verb in ("generate", "prepare") if verb in self.discourse.verbs),
                    "generate" if noun.head == "report" else "prepare",
                )
                act = Act(verb, thing, source, clause=clause, creates=True, passive=True)
                act.triggers.append(Trigger("schedule", mark=mark))
                made.append(act)
        return made


def edge_of(mark: Mark) -> str:
    """Write the number of a limit as an expression; amounts of money in minor units."""
    return f'money({round(mark.number * 100)}, "{mark.unit}")' if mark.is_money else f"{mark.number:g}"


def nominal_acts(noun: Noun) -> list[tuple[str, Noun | str]]:
    """Read "approval of invoices", "invoice approval", "expense tracker" as verb and thing."""
    verb = lexicon.NOMINAL.get(noun.head) or lexicon.DOER_NOUNS.get(noun.head, "")
    if not verb:
        return []
    if noun.of is not None:
        return [(verb, noun.of)]
    if noun.before:
        return [(verb, Noun(noun.before[-1], noun.before[:-1], text=noun.text))]
    return []
