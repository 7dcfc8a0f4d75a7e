import json

import pytest
from emulator_process import Account, Json, StackError
from small_stacks import Part, arn, function, needs, part, ref, role, stack, table

READ = (["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"], "*")
TAKE = (["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], "*")
REPORTING = """
def handler(event, context):
    failed = []
    for record in event["Records"]:
        key = record["dynamodb"]["Keys"]["id"]["S"]
        print("saw", key)
        if key == "poison":
            failed.append({"itemIdentifier": record["dynamodb"]["SequenceNumber"]})
            break
    return {"batchItemFailures": failed}
"""
RAISING = """
def handler(event, context):
    keys = [record["dynamodb"]["Keys"]["id"]["S"] for record in event["Records"]]
    print("saw", *keys)
    if "poison" in keys:
        raise ValueError("poison")
"""
TAKING = """
def handler(event, context):
    failed = []
    for record in event["Records"]:
        print(record["body"], record["attributes"]["ApproximateReceiveCount"])
        if record["body"] == "poison":
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}
"""


def _stream(**properties: Json) -> Part:
    source = {"Fn::GetAtt": ["Table", "StreamArn"]}
    usual = {"FunctionName": ref("Fn"), "BatchSize": 10, "StartingPosition": "TRIM_HORIZON", "MaximumRetryAttempts": 2}
    return part("Lambda::EventSourceMapping", EventSourceArn=source, **{**usual, **properties})


def _put(account: Account, *keys: str) -> None:
    for key in keys:
        account.client("dynamodb").put_item(TableName="things", Item={"id": {"S": key}})


@needs("stream_failures")
def test_a_poison_record_is_set_aside_after_its_retries_and_the_rest_goes_on(account: Account) -> None:
    parts = {
        "Table": table(TableName="things"),
        "Failed": part("SQS::Queue"),
        "Role": role("lambda", READ, ("sqs:SendMessage", arn("Failed"))),
        "Fn": function(REPORTING, FunctionName="fn"),
        "Mapping": _stream(
            FunctionResponseTypes=["ReportBatchItemFailures"],
            DestinationConfig={"OnFailure": {"Destination": arn("Failed")}},
            BisectBatchOnFunctionError=True,
        ),
    }
    outputs = account.deploy(stack(parts, Failed=ref("Failed")))

    _put(account, "a", "poison", "b")

    [failed] = account.until(lambda: account.messages(outputs["Failed"]), "the poison record")
    account.until(lambda: "saw b" in account.logged("fn"), "the record after it")
    kept = json.loads(failed["Body"])
    assert kept["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert kept["DDBStreamBatchInfo"]["batchSize"] == 1
    seen = account.logged("fn")
    assert (seen.count("saw a"), seen.count("saw b")) == (1, 1)
    assert seen.count("saw poison") >= 3


@needs("stream_failures")
def test_a_batch_that_raises_is_halved_until_the_poison_is_alone(account: Account) -> None:
    parts = {
        "Table": table(TableName="things"),
        "Role": role("lambda", READ),
        "Fn": function(RAISING, FunctionName="fn"),
        "Mapping": _stream(BisectBatchOnFunctionError=True, MaximumRetryAttempts=0),
    }
    account.deploy(stack(parts))

    _put(account, "a", "b", "poison", "c")

    account.until(lambda: "saw c" in account.logged("fn"), "the record after the poison")
    [lost] = account.report()["lost"]
    assert lost["source"].endswith(":function:fn")
    assert "RetryAttemptsExhausted" in lost["reason"]


@needs("stream_failures")
def test_a_blocked_mapping_does_not_hold_up_another(account: Account) -> None:
    parts = {
        "Table": table(TableName="things"),
        "Role": role("lambda", READ),
        "Fn": function("import time\ndef handler(event, context): time.sleep(4)"),
        "Quick": function("def handler(event, context): print('quick')", FunctionName="quick"),
        "Mapping": _stream(),
        "QuickMapping": _stream(FunctionName=ref("Quick")),
    }
    account.deploy(stack(parts))

    _put(account, "a")

    account.until(lambda: account.logged("quick"), "the quick one")
    assert "quick" in account.logged("quick")


@needs("mapping_checks")
def test_a_mapping_whose_role_may_not_read_fails_the_stack(account: Account) -> None:
    parts = {
        "Table": table(TableName="things"),
        "Role": role("lambda", ("dynamodb:DescribeStream", "*")),
        "Fn": function(REPORTING),
        "Mapping": _stream(),
    }

    with pytest.raises(StackError, match="does not have permissions to call GetRecords"):
        account.deploy(stack(parts))

    assert [action for action, _ in account.denials()] == ["dynamodb:GetRecords"]


@needs("mapping_checks")
def test_a_queue_must_hide_messages_as_long_as_the_function_may_run(account: Account) -> None:
    parts = {
        "Queue": part("SQS::Queue", VisibilityTimeout=5),
        "Role": role("lambda", TAKE),
        "Fn": function(TAKING, Timeout=6),
        "Mapping": part("Lambda::EventSourceMapping", FunctionName=ref("Fn"), EventSourceArn=arn("Queue")),
    }

    with pytest.raises(StackError, match="visibility timeout is less than Function timeout"):
        account.deploy(stack(parts))


@needs("redrive")
def test_a_poison_message_is_in_the_dead_letter_queue_within_seconds(account: Account) -> None:
    redrive = {"deadLetterTargetArn": arn("Dead"), "maxReceiveCount": 3}
    parts = {
        "Dead": part("SQS::Queue"),
        "Queue": part("SQS::Queue", VisibilityTimeout=60, RedrivePolicy=redrive),
        "Role": role("lambda", TAKE),
        "Fn": function(TAKING, FunctionName="fn"),
        "Mapping": part(
            "Lambda::EventSourceMapping",
            FunctionName=ref("Fn"),
            EventSourceArn=arn("Queue"),
            FunctionResponseTypes=["ReportBatchItemFailures"],
        ),
    }
    outputs = account.deploy(stack(parts, Queue=ref("Queue"), Dead=ref("Dead")))

    for body in ("poison", "good"):
        account.client("sqs").send_message(QueueUrl=outputs["Queue"], MessageBody=body)

    [dead] = account.until(lambda: account.messages(outputs["Dead"]), "the poison in the dead-letter queue")
    assert dead["Body"] == "poison"
    seen = account.logged("fn")
    assert [line for line in seen if line.startswith("poison")] == ["poison 1", "poison 2", "poison 3"]
    assert [line for line in seen if line.startswith("good")] == ["good 1"]
