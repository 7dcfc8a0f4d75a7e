import json

import pytest
from emulator_process import Account, Json, StackError
from small_stacks import Part, arn, function, needs, part, queue_policy, ref, role, stack, table

READ = (["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"], "*")
ENRICH = """
def handler(event, context):
    return [{"kind": "Enriched", "id": record["dynamodb"]["Keys"]["id"]["S"]} for record in event]
"""


def _pipe(target: Json, source: Part | None = None, **properties: Json) -> Part:
    parameters = {
        "DynamoDBStreamParameters": {"StartingPosition": "TRIM_HORIZON", "BatchSize": 5, **(source or {})},
        "FilterCriteria": {"Filters": [{"Pattern": '{"eventName": ["INSERT"]}'}]},
    }
    return part(
        "Pipes::Pipe",
        Name="outbox",
        Source={"Fn::GetAtt": ["Table", "StreamArn"]},
        SourceParameters=parameters,
        Target=target,
        RoleArn=arn("PipeRole"),
        **properties,
    )


def _put(account: Account, key: str, **strings: str) -> None:
    item = {"id": {"S": key}, **{name: {"S": value} for name, value in strings.items()}}
    account.client("dynamodb").put_item(TableName="things", Item=item)


@needs("pipes")
def test_a_pipe_filters_forms_and_puts_on_the_bus(account: Account) -> None:
    bus = {"Fn::GetAtt": ["Bus", "Arn"]}
    to_bus = {
        "EventBridgeEventBusParameters": {"Source": "shop", "DetailType": "$.dynamodb.NewImage.kind.S"},
        "InputTemplate": '{"id": <$.dynamodb.Keys.id.S>, "note": <$.dynamodb.NewImage.note.S>}',
    }
    parts = {
        "Table": table(TableName="things"),
        "Bus": part("Events::EventBus", Name="shop"),
        "PipeRole": role("pipes", READ, ("events:PutEvents", bus)),
        "Pipe": _pipe(bus, TargetParameters=to_bus),
        "Seen": part("SQS::Queue"),
        "SeenPolicy": queue_policy("Seen", "events"),
        "Rule": part(
            "Events::Rule",
            EventBusName=ref("Bus"),
            EventPattern={"source": ["shop"]},
            Targets=[{"Id": "seen", "Arn": arn("Seen")}],
        ),
    }
    outputs = account.deploy(stack(parts, Seen=ref("Seen")))

    _put(account, "1", kind="Ordered", note="first")
    _put(account, "1", kind="Changed", note="second")

    [message] = account.until(lambda: account.messages(outputs["Seen"]), "the event")
    event = json.loads(message["Body"])
    assert (event["detail-type"], event["detail"]) == ("Ordered", {"id": "1", "note": "first"})
    assert account.messages(outputs["Seen"]) == []


@needs("pipes")
def test_an_enrichment_stands_between_source_and_target(account: Account) -> None:
    parts = {
        "Table": table(TableName="things"),
        "Queue": part("SQS::Queue"),
        "Role": role("lambda"),
        "Fn": function(ENRICH),
        "PipeRole": role("pipes", READ, ("lambda:InvokeFunction", arn("Fn")), ("sqs:SendMessage", arn("Queue"))),
        "Pipe": _pipe(arn("Queue"), Enrichment=arn("Fn")),
    }
    outputs = account.deploy(stack(parts, Queue=ref("Queue")))

    _put(account, "1")

    [message] = account.until(lambda: account.messages(outputs["Queue"]), "the message")
    assert json.loads(message["Body"]) == {"kind": "Enriched", "id": "1"}


@needs("pipes")
def test_a_record_that_cannot_be_delivered_is_tried_again_then_kept(account: Account) -> None:
    failing = {"MaximumRetryAttempts": 2, "DeadLetterConfig": {"Arn": arn("Dead")}}
    parts = {
        "Table": table(TableName="things"),
        "Queue": part("SQS::Queue"),
        "Dead": part("SQS::Queue"),
        "PipeRole": role("pipes", READ, ("sqs:SendMessage", arn("Dead"))),
        "Pipe": _pipe(arn("Queue"), failing),
    }
    outputs = account.deploy(stack(parts, Queue=ref("Queue"), QueueArn=arn("Queue"), Dead=ref("Dead")))

    _put(account, "1")

    [dead] = account.until(lambda: account.messages(outputs["Dead"]), "the dead letter")
    assert json.loads(dead["Body"])["context"]["condition"] == "RetryAttemptsExhausted"
    [denial] = account.report()["denials"]
    assert (denial["action"], denial["resource"], denial["times"]) == ("sqs:SendMessage", outputs["QueueArn"], 3)
    assert account.messages(outputs["Queue"]) == []


@needs("pipes")
def test_a_pipe_whose_role_may_not_read_fails_the_stack(account: Account) -> None:
    parts = {
        "Table": table(TableName="things"),
        "Queue": part("SQS::Queue"),
        "PipeRole": role("pipes", ("sqs:SendMessage", arn("Queue"))),
        "Pipe": _pipe(arn("Queue")),
    }

    with pytest.raises(StackError, match="may not read its source"):
        account.deploy(stack(parts))
