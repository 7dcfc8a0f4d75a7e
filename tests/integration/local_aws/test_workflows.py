import json
from typing import Any

import pytest
from emulator_process import Account, Json, StackError
from small_stacks import Part, arn, function, needs, part, ref, role, stack, table

SAVE = {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem", "End": True}

TASKS: dict[str, Any] = {
    "lambda:invoke": {"FunctionName": arn("Fn")},
    "sqs:sendMessage": {"QueueUrl": ref("Queue"), "MessageBody": "x"},
    "events:putEvents": {"Entries": [{"Source": "a", "DetailType": "b", "Detail": {}, "EventBusName": "shop"}]},
    "aws-sdk:dynamodb:query": {"TableName": ref("Table"), "IndexName": "by"},
    "aws-sdk:scheduler:createSchedule": {"Name": "s", "Target": {"Arn": "x", "RoleArn": "arn:aws:iam::1:role/r"}},
}


def _machine(states: Part, **properties: Json) -> Part:
    definition = {"StartAt": next(iter(states)), "States": states}
    return part("StepFunctions::StateMachine", RoleArn=arn("Role"), Definition=definition, **properties)


def _run(account: Account, machine: str) -> Json:
    client = account.client("stepfunctions")
    started = client.start_execution(stateMachineArn=machine, input="{}")["executionArn"]

    def ended() -> Json:
        execution = client.describe_execution(executionArn=started)
        return execution if execution["status"] != "RUNNING" else None

    return account.until(ended, "the execution to end")


@needs("workflow_permissions")
def test_a_task_that_the_role_does_not_allow_fails_with_awss_error_and_can_be_caught(account: Account) -> None:
    undo = {"ErrorEquals": ["DynamoDB.AccessDeniedException"], "Next": "Undo"}
    item = {"TableName": ref("Table"), "Item": {"id": {"S": "1"}}}
    parts = {
        "Table": table(),
        "Role": role("states", ("dynamodb:GetItem", arn("Table"))),
        "Machine": _machine({"Save": {**SAVE, "Parameters": item, "Catch": [undo]}, "Undo": {"Type": "Succeed"}}),
    }
    outputs = account.deploy(stack(parts, Machine=ref("Machine"), Table=ref("Table"), TableArn=arn("Table")))

    execution = _run(account, outputs["Machine"])

    assert execution["status"] == "SUCCEEDED"
    assert json.loads(execution["output"])["Error"] == "DynamoDB.AccessDeniedException"
    assert account.denials() == [("dynamodb:PutItem", outputs["TableArn"])]
    assert account.items(outputs["Table"]) == []


@needs("workflow_permissions")
def test_every_kind_of_task_needs_its_permission(account: Account) -> None:
    branches = [
        {
            "StartAt": name,
            "States": {
                name: {
                    "Type": "Task",
                    "Resource": f"arn:aws:states:::{name}",
                    "Parameters": parameters,
                    "Catch": [{"ErrorEquals": ["States.ALL"], "Next": f"caught {name}"}],
                    "End": True,
                },
                f"caught {name}": {"Type": "Pass", "End": True},
            },
        }
        for name, parameters in TASKS.items()
    ]
    parts = {
        "Table": table(),
        "Queue": part("SQS::Queue"),
        "FnRole": role("lambda"),
        "Fn": function("def handler(event, context): ...", "FnRole"),
        "Role": role("states"),
        "Machine": _machine({"All": {"Type": "Parallel", "Branches": branches, "End": True}}),
    }
    outputs = account.deploy(stack(parts, Machine=ref("Machine"), Fn=arn("Fn"), Queue=arn("Queue"), Table=arn("Table")))

    assert _run(account, outputs["Machine"])["status"] == "SUCCEEDED"

    here = f"eu-central-1:{account.id}"
    assert sorted(account.denials()) == sorted(
        [
            ("lambda:InvokeFunction", outputs["Fn"]),
            ("sqs:SendMessage", outputs["Queue"]),
            ("events:PutEvents", f"arn:aws:events:{here}:event-bus/shop"),
            ("dynamodb:Query", f"{outputs['Table']}/index/by"),
            ("scheduler:CreateSchedule", f"arn:aws:scheduler:{here}:schedule/default/s"),
        ]
    )


def test_a_task_with_permission_runs(account: Account) -> None:
    item = {"TableName": ref("Table"), "Item": {"id": {"S": "1"}}}
    parts = {
        "Table": table(),
        "Role": role("states", ("dynamodb:PutItem", arn("Table"))),
        "Machine": _machine({"Save": {**SAVE, "Parameters": item}}),
    }
    outputs = account.deploy(stack(parts, Machine=ref("Machine"), Table=ref("Table")))

    assert _run(account, outputs["Machine"])["status"] == "SUCCEEDED"

    assert account.items(outputs["Table"]) == [{"id": {"S": "1"}}]
    assert account.denials() == []


@needs("workflow_logging")
def test_a_machine_that_may_not_write_its_log_fails_the_stack(account: Account) -> None:
    destination = {"CloudWatchLogsLogGroup": {"LogGroupArn": arn("Log")}}
    logging = {"Level": "ERROR", "Destinations": [destination]}
    parts = {
        "Log": part("Logs::LogGroup"),
        "Role": role("states"),
        "Machine": _machine({"Done": {"Type": "Succeed"}}, LoggingConfiguration=logging),
    }

    with pytest.raises(StackError, match="not authorized to access the Log Destination"):
        account.deploy(stack(parts))
