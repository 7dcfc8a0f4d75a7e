import json
from typing import Any

from emulator_process import Account
from small_stacks import Part, arn, function, needs, part, permission, queue_policy, ref, role, stack

FAIL = "def handler(event, context):\n    print('tried', event['Records'][0]['Sns']['Message'])\n    raise ValueError"


def _subscription(protocol: str, endpoint: str) -> Part:
    return part("SNS::Subscription", TopicArn=ref("Topic"), Protocol=protocol, Endpoint=arn(endpoint))


def _function_system(account: Account, **more: Part) -> dict[str, str]:
    parts = {
        "Topic": part("SNS::Topic"),
        "Role": role("lambda"),
        "Fn": function(FAIL, FunctionName="fn"),
        "Subscription": _subscription("lambda", "Fn"),
    }
    return account.deploy(stack({**parts, **more}, Topic=ref("Topic"), Fn=arn("Fn")))


@needs("topic_functions")
def test_a_function_is_tried_three_times_by_a_topic(account: Account) -> None:
    outputs = _function_system(account, Permission=permission("Fn", "sns"))

    account.client("sns").publish(TopicArn=outputs["Topic"], Message="hello")

    account.until(lambda: account.logged("fn").count("tried hello") == 3, "three tries")


@needs("topic_functions")
def test_a_topic_without_permission_does_not_invoke(account: Account) -> None:
    outputs = _function_system(account)

    account.client("sns").publish(TopicArn=outputs["Topic"], Message="hello")

    assert account.denials() == [("lambda:InvokeFunction", outputs["Fn"])]
    assert account.logged("fn") == []


@needs("topic_queues")
def test_a_queue_that_does_not_let_a_topic_in_is_reported(account: Account) -> None:
    parts = {
        "Topic": part("SNS::Topic"),
        "Closed": part("SQS::Queue"),
        "Open": part("SQS::Queue"),
        "OpenPolicy": queue_policy("Open", "sns"),
        "ToClosed": _subscription("sqs", "Closed"),
        "ToOpen": _subscription("sqs", "Open"),
    }
    outputs = account.deploy(stack(parts, Topic=ref("Topic"), ClosedArn=arn("Closed"), Open=ref("Open")))

    account.client("sns").publish(TopicArn=outputs["Topic"], Message="hello")

    assert len(account.messages(outputs["Open"])) == 1
    assert account.denials() == [("sqs:SendMessage", outputs["ClosedArn"])]


@needs("alarm_topics")
def test_an_alarm_publishes_only_where_the_topic_lets_it(account: Account) -> None:
    only_rules: Any = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": "sns:Publish",
                "Resource": ref("Closed"),
            }
        ],
    }
    parts = {
        "Closed": part("SNS::Topic"),
        "Policy": part("SNS::TopicPolicy", Topics=[ref("Closed")], PolicyDocument=only_rules),
        "Topic": part("SNS::Topic"),
        "Queue": part("SQS::Queue"),
        "QueuePolicy": queue_policy("Queue", "sns"),
        "ToQueue": _subscription("sqs", "Queue"),
        "Alarm": part(
            "CloudWatch::Alarm",
            AlarmName="alarm",
            Namespace="Shop",
            MetricName="Failed",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=0,
            ComparisonOperator="GreaterThanThreshold",
            AlarmActions=[ref("Closed"), ref("Topic")],
        ),
    }
    outputs = account.deploy(stack(parts, Closed=ref("Closed"), Queue=ref("Queue")))

    account.client("cloudwatch").put_metric_data(Namespace="Shop", MetricData=[{"MetricName": "Failed", "Value": 1}])

    [message] = account.until(lambda: account.messages(outputs["Queue"]), "the notification")
    assert json.loads(json.loads(message["Body"])["Message"])["AlarmName"] == "alarm"
    assert account.denials() == [("sns:Publish", outputs["Closed"])]
