from emulator_process import Account, Json
from small_stacks import Part, arn, function, needs, part, permission, ref, role, stack

FAIL = "def handler(event, context): raise ValueError"
USUAL = {"EvaluationPeriods": 1, "Threshold": 0, "ComparisonOperator": "GreaterThanThreshold"}


def _errors(function_id: str) -> Part:
    dimensions = [{"Name": "FunctionName", "Value": function_id}]
    return {"Namespace": "AWS/Lambda", "MetricName": "Errors", "Dimensions": dimensions}


def _alarm(name: str, **properties: Json) -> Part:
    period = {} if "Metrics" in properties else {"Period": 60}
    return part("CloudWatch::Alarm", AlarmName=name, **USUAL, **period, **properties)


def _state(account: Account, name: str) -> str:
    [alarm] = account.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return str(alarm["StateValue"])


@needs("function_metrics")
def test_an_error_of_a_function_that_a_rule_invokes_trips_its_alarm(account: Account) -> None:
    rule = part("Events::Rule", EventPattern={"source": ["test"]}, Targets=[{"Id": "fn", "Arn": arn("Fn")}])
    parts = {
        "Role": role("lambda"),
        "Fn": function(FAIL, FunctionName="fn"),
        "Permission": permission("Fn", "events"),
        "Rule": rule,
        "Alarm": _alarm("errors", **_errors("fn"), Statistic="Sum"),
    }
    account.deploy(stack(parts))

    account.client("events").put_events(Entries=[{"Source": "test", "DetailType": "x", "Detail": "{}"}])

    account.until(lambda: _state(account, "errors") == "ALARM", "the alarm")


@needs("alarm_metrics")
def test_an_alarm_looks_at_its_own_function_and_one_of_a_service_at_all_of_them(account: Account) -> None:
    queries = [
        {"Id": f"m{number}", "MetricStat": {"Metric": _errors(name), "Period": 60, "Stat": "Sum"}, "ReturnData": False}
        for number, name in enumerate(("good", "bad"))
    ]
    parts = {
        "Role": role("lambda"),
        "Good": function("def handler(event, context): ...", FunctionName="good"),
        "Bad": function(FAIL, FunctionName="bad"),
        "OfGood": _alarm("of-good", **_errors("good"), Statistic="Sum"),
        "OfBad": _alarm("of-bad", **_errors("bad"), Statistic="Sum"),
        "OfService": _alarm("of-service", Metrics=[*queries, {"Id": "all", "Expression": "SUM(METRICS())"}]),
    }
    account.deploy(stack(parts))

    account.invoke("bad")
    account.invoke("good")

    states = {name: _state(account, name) for name in ("of-good", "of-bad", "of-service")}
    assert states == {"of-good": "OK", "of-bad": "ALARM", "of-service": "ALARM"}


@needs("queue_metrics")
def test_a_message_in_a_dead_letter_queue_trips_its_alarm(account: Account) -> None:
    dimensions = [{"Name": "QueueName", "Value": "dead"}]
    depth = {"Namespace": "AWS/SQS", "MetricName": "ApproximateNumberOfMessagesVisible", "Dimensions": dimensions}
    parts = {"Dead": part("SQS::Queue", QueueName="dead"), "Alarm": _alarm("depth", **depth, Statistic="Maximum")}
    outputs = account.deploy(stack(parts, Dead=ref("Dead")))

    account.client("sqs").send_message(QueueUrl=outputs["Dead"], MessageBody="dead")

    account.until(lambda: _state(account, "depth") == "ALARM", "the alarm")
