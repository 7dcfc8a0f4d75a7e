import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from emulator_process import Account, zipped
from small_stacks import Part, arn, event, part, ref, stack, table

CODE = """
def handler(event, context):
    record = (event.get("Records") or [{}])[0]
    print("got", record.get("eventSource") or record.get("EventSource") or event.get("routeKey") or event["source"])
    return {"statusCode": 200, "body": context.invoked_function_arn}
"""
OUTPUTS = ("Api", "Table", "Queue", "Topic")
SOURCES = {"got aws:sqs", "got aws:sns", "got aws:dynamodb", "got GET /x/{id}", "got test", "got aws.scheduler"}


def _service(account: Account) -> Part:
    """A nested stack with one function that every kind of event reaches, by an alias."""
    stream = {"Fn::GetAtt": ["Table", "StreamArn"]}
    events: Any = {
        "Get": {"Type": "HttpApi", "Properties": {"ApiId": ref("Api"), "Path": "/x/{id}", "Method": "GET"}},
        "Queued": {"Type": "SQS", "Properties": {"Queue": arn("Queue")}},
        "Written": {"Type": "DynamoDB", "Properties": {"Stream": stream, "StartingPosition": "TRIM_HORIZON"}},
        "Happened": {"Type": "EventBridgeRule", "Properties": {"Pattern": {"source": ["test"]}}},
        "Daily": {"Type": "ScheduleV2", "Properties": {"ScheduleExpression": "rate(1 day)", "Name": "daily"}},
        "Told": {"Type": "SNS", "Properties": {"Topic": ref("Topic")}},
    }
    properties = {
        "FunctionName": "fn",
        "Runtime": "python3.13",
        "Handler": "index.handler",
        "CodeUri": {"Bucket": f"code-{account.id}", "Key": "code.zip"},
        "AutoPublishAlias": "live",
        "Timeout": 5,
        "Events": events,
    }
    resources = {
        "Table": table(),
        "Queue": part("SQS::Queue"),
        "Topic": part("SNS::Topic"),
        "Api": part("Serverless::HttpApi", StageName="$default"),
        "Fn": part("Serverless::Function", **properties),
    }
    return {"Transform": "AWS::Serverless-2016-10-31", **stack(resources, **{name: ref(name) for name in OUTPUTS})}


def _deploy(account: Account) -> dict[str, str]:
    account.put("code.zip", zipped({"index.py": CODE}))
    url = account.put("service.json", json.dumps(_service(account)).encode())
    nested = {"Service": part("CloudFormation::Stack", TemplateURL=url)}
    return account.deploy(stack(nested, **{name: {"Fn::GetAtt": ["Service", f"Outputs.{name}"]} for name in OUTPUTS}))


def _reach_every_source(account: Account, outputs: dict[str, str]) -> None:
    answer = account.emulator.ask("GET", f"/_aws/execute-api/{outputs['Api']}/x/7")
    assert account.id in str(answer.body)
    account.client("sqs").send_message(QueueUrl=outputs["Queue"], MessageBody="m")
    account.client("dynamodb").put_item(TableName=outputs["Table"], Item={"id": {"S": "1"}})
    account.client("events").put_events(Entries=[event("X")])
    account.client("sns").publish(TopicArn=outputs["Topic"], Message="x")
    account.emulator.ask("POST", f"/_plus/fire?name=daily&account={account.id}")


def test_two_systems_deployed_at_once_work_side_by_side_without_seeing_each_other(account: Account) -> None:
    accounts = [account, account.emulator.account()]
    with ThreadPoolExecutor(2) as pool:
        outputs = list(pool.map(_deploy, accounts))

    _reach_every_source(accounts[0], outputs[0])
    account.until(lambda: set(accounts[0].logged("fn")) >= SOURCES, "all events in the first account")
    assert accounts[1].logged("fn") == []

    _reach_every_source(accounts[1], outputs[1])
    account.until(lambda: set(accounts[1].logged("fn")) >= SOURCES, "all events in the second account")
    assert len(accounts[0].logged("fn")) == len(SOURCES)
    assert [each.report() for each in accounts] == [{"placeholders": [], "denials": [], "lost": []}] * 2
