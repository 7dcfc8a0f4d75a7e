import json

from emulator_process import Account, Json
from small_stacks import Part, arn, event, function, needs, part, permission, queue_policy, ref, role, stack

FAIL = "def handler(event, context):\n    print('tried')\n    raise ValueError('no')"


def _rule(*targets: Part) -> Part:
    return part("Events::Rule", EventPattern={"source": ["test"]}, Targets=list(targets))


def _send(account: Account, **detail: Json) -> None:
    account.client("events").put_events(Entries=[event("Ordered", **detail)])


@needs("targets")
def test_a_queue_that_does_not_let_rules_in_gets_nothing(account: Account) -> None:
    parts = {
        "Closed": part("SQS::Queue"),
        "Open": part("SQS::Queue"),
        "OpenPolicy": queue_policy("Open", "events"),
        "Rule": _rule({"Id": "closed", "Arn": arn("Closed")}, {"Id": "open", "Arn": arn("Open")}),
    }
    outputs = account.deploy(stack(parts, Closed=ref("Closed"), Open=ref("Open"), ClosedArn=arn("Closed")))

    _send(account, id=1)

    account.until(lambda: account.messages(outputs["Open"]), "the event")
    assert account.messages(outputs["Closed"]) == []
    assert account.denials() == [("sqs:SendMessage", outputs["ClosedArn"])]
    assert [lost["target"] for lost in account.report()["lost"]] == [outputs["ClosedArn"]]


@needs("targets")
def test_an_event_that_cannot_be_delivered_goes_to_the_dead_letter_queue(account: Account) -> None:
    parts = {
        "Dead": part("SQS::Queue"),
        "DeadPolicy": queue_policy("Dead", "events"),
        "Role": role("lambda"),
        "Fn": function(FAIL),
        "Rule": _rule({"Id": "fn", "Arn": arn("Fn"), "DeadLetterConfig": {"Arn": arn("Dead")}}),
    }
    outputs = account.deploy(stack(parts, Dead=ref("Dead"), Fn=arn("Fn"), Rule=arn("Rule")))

    _send(account, id=1)

    [dead] = account.until(lambda: account.messages(outputs["Dead"]), "the event in the dead-letter queue")
    attributes = {name: value["StringValue"] for name, value in dead["MessageAttributes"].items()}
    assert json.loads(dead["Body"])["detail"] == {"id": 1}
    assert attributes["ERROR_CODE"] == "NO_PERMISSIONS"
    assert attributes["RULE_ARN"] == outputs["Rule"]
    assert account.report()["lost"] == []


@needs("targets")
def test_a_state_machine_is_started_under_the_role_of_the_target(account: Account) -> None:
    machine = part(
        "StepFunctions::StateMachine",
        RoleArn=arn("MachineRole"),
        Definition={"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}},
    )
    target = {"Id": "machine", "Arn": ref("Machine"), "RoleArn": arn("RuleRole")}
    parts = {"MachineRole": role("states"), "Machine": machine, "RuleRole": role("events"), "Rule": _rule(target)}
    outputs = account.deploy(stack(parts, Machine=ref("Machine"), Role=arn("RuleRole")))
    executions = account.client("stepfunctions").list_executions

    _send(account)
    assert account.denials() == [("states:StartExecution", outputs["Machine"])]
    assert executions(stateMachineArn=outputs["Machine"])["executions"] == []

    parts["RuleRole"] = role("events", ("states:StartExecution", ref("Machine")))
    account.deploy(stack(parts, Machine=ref("Machine"), Role=arn("RuleRole")))
    _send(account)
    account.until(lambda: executions(stateMachineArn=outputs["Machine"])["executions"], "the execution")


@needs("targets")
def test_a_log_group_is_a_target(account: Account) -> None:
    group = {"Fn::Sub": "arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:events"}
    parts = {
        "Log": part("Logs::LogGroup", LogGroupName="events"),
        "Rule": _rule({"Id": "log", "Arn": group}),
    }
    account.deploy(stack(parts))

    _send(account, id=5)

    lines = account.client("logs").filter_log_events
    [line] = account.until(lambda: lines(logGroupName="events")["events"], "the event in the log")
    assert json.loads(line["message"])["detail"] == {"id": 5}


@needs("target_retries")
def test_a_function_target_is_tried_three_times_then_its_failure_is_kept(account: Account) -> None:
    keep = {"OnFailure": {"Destination": arn("Failed")}}
    parts = {
        "Failed": part("SQS::Queue"),
        "Role": role("lambda", ("sqs:SendMessage", arn("Failed"))),
        "Fn": function(FAIL, FunctionName="fn"),
        "Config": part(
            "Lambda::EventInvokeConfig", FunctionName=ref("Fn"), Qualifier="$LATEST", DestinationConfig=keep
        ),
        "Permission": permission("Fn", "events"),
        "Rule": _rule({"Id": "fn", "Arn": arn("Fn")}),
    }
    outputs = account.deploy(stack(parts, Failed=ref("Failed")))

    _send(account, id=1)

    [failed] = account.until(lambda: account.messages(outputs["Failed"]), "the failure")
    assert json.loads(failed["Body"])["requestPayload"]["detail"] == {"id": 1}
    assert account.logged("fn").count("tried") == 3


@needs("on_failure")
def test_an_on_failure_destination_needs_the_permission_of_the_function(account: Account) -> None:
    keep = {"OnFailure": {"Destination": arn("Failed")}}
    parts = {
        "Failed": part("SQS::Queue"),
        "Role": role("lambda"),
        "Fn": function(FAIL, FunctionName="fn"),
        "Config": part(
            "Lambda::EventInvokeConfig",
            FunctionName=ref("Fn"),
            Qualifier="$LATEST",
            DestinationConfig=keep,
            MaximumRetryAttempts=0,
        ),
    }
    outputs = account.deploy(stack(parts, Failed=ref("Failed"), Arn=arn("Failed"), Role=arn("Role")))

    account.client("lambda").invoke(FunctionName="fn", InvocationType="Event")

    account.until(account.denials, "the denial")
    [denial] = account.report()["denials"]
    assert (denial["principal"], denial["action"], denial["resource"]) == (
        outputs["Role"],
        "sqs:SendMessage",
        outputs["Arn"],
    )
    assert account.messages(outputs["Failed"]) == []
