import pytest
from emulator_process import Account, StackError, zipped
from small_stacks import Part, arn, function, needs, part, ref, role, stack

ENVIRONMENT = """
import importlib.util, os, sys
def handler(event, context):
    known = [name for name in ("boto3", "yaml", "samtranslator", "emulator") if importlib.util.find_spec(name)]
    return {"known": known, "ministack": [name for name in os.environ if "MINISTACK" in name or name == "PLUS_OFF"],
            "zone": os.environ.get("TZ"), "arn": context.invoked_function_arn,
            "left": context.get_remaining_time_in_millis()}
"""
FAILING = """
import os
class NotEnough(Exception): ...
def handler(event, context):
    if event == "fail":
        raise NotEnough("only 3 left")
    return os.getpid()
"""
NOT_JSON = "import decimal\ndef handler(event, context): return decimal.Decimal(1)"
ENDING = """
import sys, time
def handler(event, context):
    if event == "sleep":
        time.sleep(5)
    if event == "exit":
        sys.exit(3)
    return "alive"
"""
METRICS = """
import json
def handler(event, context):
    print(json.dumps({"_aws": {"Timestamp": 0, "CloudWatchMetrics": [
        {"Namespace": "Shop", "Dimensions": [["service"]], "Metrics": [{"Name": "Sold", "Unit": "Count"}]}]},
        "service": "orders", "Sold": [2, 3]}))
"""


@needs("lambda_environment")
def test_a_function_sees_the_runtime_and_nothing_of_the_emulator(account: Account) -> None:
    account.deploy(stack({"Role": role("lambda"), "Fn": function(ENVIRONMENT, FunctionName="fn", Timeout=7)}))

    seen = account.invoke("fn")

    assert (seen["known"], seen["zone"]) == (["boto3"], ":UTC")
    assert set(seen["ministack"]) <= {"_MINISTACK_INVOKE_DEPTH"}
    assert seen["arn"].endswith(":function:fn")
    assert 6000 < seen["left"] <= 7000


@needs("lambda_environment")
def test_code_comes_before_layers_and_layers_before_the_runtime(account: Account) -> None:
    account.put("layer.zip", zipped({"python/both.py": "place = 'layer'", "python/botocore.py": "place = 'layer'"}))
    account.put(
        "code.zip",
        zipped(
            {
                "both.py": "place = 'code'",
                "index.py": "import both, botocore\ndef handler(e, c): return [both.place, botocore.place]",
            }
        ),
    )
    in_bucket = {"S3Bucket": f"code-{account.id}"}
    account.deploy(
        stack(
            {
                "Role": role("lambda"),
                "Layer": part("Lambda::LayerVersion", Content={**in_bucket, "S3Key": "layer.zip"}),
                "Fn": function("", FunctionName="fn", Code={**in_bucket, "S3Key": "code.zip"}, Layers=[ref("Layer")]),
            }
        )
    )

    assert account.invoke("fn") == ["code", "layer"]


@needs("lambda_environment")
def test_an_exception_is_named_and_its_environment_lives_on(account: Account) -> None:
    account.deploy(stack({"Role": role("lambda"), "Fn": function(FAILING, FunctionName="fn")}))

    first, failure, second = account.invoke("fn"), account.invoke("fn", "fail"), account.invoke("fn")

    assert (failure["errorType"], failure["errorMessage"]) == ("NotEnough", "only 3 left")
    assert "index.py" in failure["stackTrace"][0]
    assert first == second
    assert any("NotEnough: only 3 left" in line for line in account.logged("fn"))


def test_what_is_not_json_is_a_marshal_error(account: Account) -> None:
    account.deploy(stack({"Role": role("lambda"), "Fn": function(NOT_JSON, FunctionName="fn")}))

    assert account.invoke("fn")["errorType"] == "Runtime.MarshalError"


def test_a_module_that_cannot_be_imported_says_why(account: Account) -> None:
    account.deploy(stack({"Role": role("lambda"), "Fn": function("import yaml", FunctionName="fn")}))

    failure = account.invoke("fn")

    assert failure["errorType"] == "Runtime.ImportModuleError"
    assert failure["errorMessage"] == "Unable to import module 'index': ModuleNotFoundError: No module named 'yaml'"
    assert any('index.py", line 1' in line for line in account.logged("fn"))


def test_a_function_that_runs_too_long_or_ends_its_process_starts_anew(account: Account) -> None:
    account.deploy(stack({"Role": role("lambda"), "Fn": function(ENDING, FunctionName="fn", Timeout=1)}))

    late, gone, third = account.invoke("fn", "sleep"), account.invoke("fn", "exit"), account.invoke("fn")

    assert (late["errorType"], late["errorMessage"]) == ("Sandbox.Timedout", "Task timed out after 1.00 seconds")
    assert "errorMessage" in gone
    assert third == "alive"


@needs("function_logs")
def test_a_log_that_the_role_does_not_allow_is_missing_and_reported(account: Account) -> None:
    group = {"Fn::Sub": "arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/other:*"}
    silent = role("lambda")
    silent["Properties"]["Policies"][0]["PolicyDocument"]["Statement"][0]["Resource"] = group
    parts = {"Role": silent, "Fn": function("def handler(event, context): print('hello')", FunctionName="fn")}
    account.deploy(stack(parts))

    account.invoke("fn")

    log = f"arn:aws:logs:eu-central-1:{account.id}:log-group:/aws/lambda/fn:*"
    assert account.denials() == [("logs:PutLogEvents", log)]
    assert account.logged("fn") == []


@needs("function_role")
def test_a_role_that_does_not_trust_lambda_fails_the_stack(account: Account) -> None:
    with pytest.raises(StackError, match="cannot be assumed by Lambda"):
        account.deploy(stack({"Role": role("events"), "Fn": function("")}))


def test_new_code_runs_after_an_update(account: Account) -> None:
    def of(answer: int) -> Part:
        return function(f"def handler(event, context): return {answer}", FunctionName="fn")

    account.deploy(stack({"Role": role("lambda"), "Fn": of(1)}))
    before = account.invoke("fn")
    account.deploy(stack({"Role": role("lambda"), "Fn": of(2)}))

    assert (before, account.invoke("fn")) == (1, 2)


@needs("embedded_metrics")
def test_embedded_metrics_are_stored_and_trip_an_alarm(account: Account) -> None:
    alarm = part(
        "CloudWatch::Alarm",
        AlarmName="sold-out",
        Namespace="Shop",
        MetricName="Sold",
        Dimensions=[{"Name": "service", "Value": "orders"}],
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=4,
        ComparisonOperator="GreaterThanThreshold",
    )
    account.deploy(
        stack({"Role": role("lambda"), "Alarm": alarm, "Fn": function(METRICS, FunctionName="fn")}, Fn=arn("Fn"))
    )

    account.invoke("fn")

    [found] = account.client("cloudwatch").describe_alarms(AlarmNames=["sold-out"])["MetricAlarms"]
    assert found["StateValue"] == "ALARM"
