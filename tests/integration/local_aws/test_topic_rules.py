from typing import Any

from emulator_process import Account
from small_stacks import arn, needs, part, ref, role, stack


def _rule(*allowed: tuple[str | list[str], Any]) -> dict[str, Any]:
    action = {"Sqs": {"QueueUrl": ref("Queue"), "RoleArn": arn("Role"), "UseBase64": False}}
    payload = {"Sql": "SELECT * FROM 'readings/#'", "AwsIotSqlVersion": "2016-03-23", "Actions": [action]}
    return {
        "Queue": part("SQS::Queue", QueueName="readings"),
        "Role": role("iot", *allowed),
        "Rule": part("IoT::TopicRule", RuleName="readings", TopicRulePayload=payload),
    }


@needs("topic_rules")
def test_a_topic_rule_sends_under_its_role(account: Account) -> None:
    outputs = account.deploy(stack(_rule(), Queue=ref("Queue"), QueueArn=arn("Queue"), Role=arn("Role")))

    account.client("iot-data").publish(topic="readings/one", payload=b'{"value": 1}')

    assert account.denials() == [("sqs:SendMessage", outputs["QueueArn"])]
    assert account.messages(outputs["Queue"]) == []


def test_a_topic_rule_that_may_send_does(account: Account) -> None:
    outputs = account.deploy(stack(_rule(("sqs:SendMessage", arn("Queue"))), Queue=ref("Queue")))

    account.client("iot-data").publish(topic="readings/one", payload=b'{"value": 1}')

    assert [one["Body"] for one in account.messages(outputs["Queue"])] == ['{"value": 1}']
    assert account.denials() == []
