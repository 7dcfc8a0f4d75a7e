"""The streams of the events tables: records that come twice or in the wrong order, and one that can't be decoded."""

import json
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from skafu.blueprint.resolved import ResolvedService
from skafu.proof.driving.bus_events import passed_of
from skafu.proof.driving.ledger import Tracked
from skafu.proof.driving.opening import Opened
from skafu.proof.driving.outcomes import Watch
from skafu.proof.driving.playing import Derailed, Play
from skafu.proof.driving.streams import Stored, stored_events
from skafu.proof.driving.trial import Trial

POISON = "proof-poison"
_ALONE = 8


def repeat_stream_records(opened: Opened, trial: Trial, service: ResolvedService) -> None:
    """Hand the records of an instance to publisher and projector again, from the last to the first: together and alone.

    Args:
        opened: the system.
        trial: where problems go.
        service: whose functions get them.
    """
    longest = max(_instances(opened, service), key=lambda one: one.version, default=None)
    if longest is None:
        trial.gap("there is no instance", f"services.{service.names.kebab}")
        return
    stored = stored_events(opened.driver, longest)
    before = _rows(opened, service, longest)
    names = ["publisher", *(["projector"] if service.queries else [])]
    for name in names:
        trial.count("functions")
        _hand_over(opened, trial, service, name, stored)
    if (after := _rows(opened, service, longest)) != before:
        trial.problem(
            f"records of {longest.stream} came again in the wrong order: expected the rows {before}, got {after}",
            f"services.{service.names.kebab}.queries",
        )


def _hand_over(opened: Opened, trial: Trial, service: ResolvedService, name: str, stored: Sequence[Stored]) -> None:
    function = opened.driver.names.of(service.names.kebab, name)
    backwards = [_record(one, place) for place, one in enumerate(reversed(stored))]
    for records in ([*backwards, *backwards], *([record] for record in backwards[:_ALONE])):
        answer = opened.driver.clients.functions.invoke(
            FunctionName=function, Payload=json.dumps({"Records": records}).encode()
        )
        said = json.loads(answer["Payload"].read() or b"null")
        if answer.get("FunctionError") or said != {"batchItemFailures": []}:
            message = f"{function} got records of a stream again in the wrong order: expected no failures, got {said}"
            trial.problem(message, f"services.{service.names.kebab}")


def _record(stored: Stored, place: int) -> dict[str, Any]:
    return {
        "eventID": uuid.uuid4().hex,
        "eventName": "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "dynamodb": {
            "Keys": {name: stored.item[name] for name in ("aggregateId", "eventSequence")},
            "NewImage": stored.item,
            "SequenceNumber": str(10**20 + place),
            "StreamViewType": "NEW_IMAGE",
        },
    }


def _rows(opened: Opened, service: ResolvedService, target: Tracked) -> dict[str, Any]:
    """Give the rows of an instance in all read tables of its service."""
    found = {}
    for query in service.queries:
        if query.aggregate == target.aggregate.names.pascal:
            table = opened.driver.names.table(service.names.kebab, query.names.kebab)
            answer = opened.driver.clients.dynamodb.get_item(
                TableName=table, Key={"rowId": {"S": target.id}}, ConsistentRead=True
            )
            found[query.names.pascal] = answer.get("Item")
    return found


def poison_stream(opened: Opened, trial: Trial, service: ResolvedService) -> None:
    """Write an item that is no event, and see it given up and reported while events behind it go on.

    Args:
        opened: the system.
        trial: where problems go.
        service: whose table gets it.
    """
    driver, name = opened.driver, service.names.kebab
    aggregate = next((one for one in service.aggregates if one.journeys.commands), None)
    if aggregate is None:
        trial.gap("no way through any of its aggregates was found", f"services.{name}")
        return
    watch = Watch(driver, trial, f"services.{name}", f"an item in the events table of {name} that is no event")
    trial.count("poison items")
    key = {"aggregateId": {"S": f"{aggregate.names.pascal}#{POISON}-{driver.number()}"}, "eventSequence": {"N": "1"}}
    table = driver.names.events_table(name)
    driver.clients.dynamodb.put_item(TableName=table, Item={**key, "eventType": {"S": "Poison"}})
    try:
        play = Play(driver, trial, service)
        with suppress(Derailed):
            play.run(next(iter(aggregate.journeys.commands.values())))
        for entry in (entry for one in play.instances.values() for entry in driver.ledger.of(one)):
            if entry.published and passed_of(driver, entry) is None:
                watch.problem(f"{entry.happened.event} behind it was not on the bus after {driver.patience:.0f} s")
        _see_given_up(opened, watch, service)
    finally:
        driver.clients.dynamodb.delete_item(TableName=table, Key=key)


def _see_given_up(opened: Opened, watch: Watch, service: ResolvedService) -> None:
    """Each reader of the stream gives it up: a message per reader, and a word on the error bus."""
    driver, name = opened.driver, service.names.kebab
    queue = driver.names.stream_failures(name)
    for reader in ("publisher", *(("projector",) if service.queries else ())):
        function = driver.names.of(name, reader)
        if opened.queues.take(queue, _mentions(function), driver.patience) is None:
            watch.problem(f"{function} did not give it up: nothing of it in {queue} after {driver.patience:.0f} s")
            continue
        watch.see_error(name, function)


def _mentions(name: str) -> Callable[[str], bool]:
    return lambda body: name in body


def _instances(opened: Opened, service: ResolvedService) -> list[Tracked]:
    return [one for one in opened.driver.ledger.instances if one.service is service and one.version]
