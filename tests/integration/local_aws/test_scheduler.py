import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from botocore.exceptions import ClientError
from emulator_process import Account, Json, StackError
from small_stacks import Part, arn, function, needs, part, ref, role, stack

NO_WINDOW = {"Mode": "OFF"}
SCHEDULING = """
import boto3
def handler(event, context):
    boto3.client("scheduler").create_schedule(**event)
"""


def _system(account: Account, *, allowed: bool = True) -> dict[str, str]:
    may_send = [("sqs:SendMessage", arn("Queue"))] if allowed else []
    parts = {"Queue": part("SQS::Queue"), "Role": role("scheduler", *may_send)}
    return account.deploy(stack(parts, Queue=ref("Queue"), QueueArn=arn("Queue"), Role=arn("Role")))


def _schedule(outputs: dict[str, str], at: datetime, zone: str = "UTC", **more: Json) -> Part:
    return {
        "Name": "reminder",
        "ScheduleExpression": f"at({at:%Y-%m-%dT%H:%M:%S})",
        "ScheduleExpressionTimezone": zone,
        "FlexibleTimeWindow": NO_WINDOW,
        "Target": {"Arn": outputs["QueueArn"], "RoleArn": outputs["Role"], "Input": "now"},
        **more,
    }


def _past(zone: str = "UTC") -> datetime:
    return datetime.now(ZoneInfo(zone)) - timedelta(seconds=2)


@needs("scheduler")
def test_a_one_off_fires_soon_and_so_does_the_next_of_its_name(account: Account) -> None:
    outputs = _system(account)
    client = account.client("scheduler")

    for _ in range(2):
        client.create_schedule(**_schedule(outputs, _past(), ActionAfterCompletion="NONE"))
        [message] = account.until(lambda: account.messages(outputs["Queue"]), "the reminder")
        assert message["Body"] == "now"
        client.delete_schedule(Name="reminder")


@needs("scheduler")
def test_a_one_off_is_meant_in_its_time_zone(account: Account) -> None:
    outputs = _system(account)

    account.client("scheduler").create_schedule(**_schedule(outputs, _past("Asia/Tokyo"), "Asia/Tokyo"))

    account.until(lambda: account.messages(outputs["Queue"]), "the reminder")


@needs("scheduler")
def test_a_schedule_in_a_stack_keeps_zone_and_what_follows(account: Account) -> None:
    outputs = _system(account)
    wanted = _schedule(outputs, datetime(2099, 1, 1, 9, tzinfo=ZoneInfo("UTC")), "Europe/Berlin")
    parts = {"Reminder": part("Scheduler::Schedule", **wanted, ActionAfterCompletion="DELETE")}

    account.deploy(stack(parts), name="reminders")

    found = account.client("scheduler").get_schedule(Name="reminder")
    assert found["ScheduleExpression"] == "at(2099-01-01T09:00:00)"
    assert (found["ScheduleExpressionTimezone"], found["ActionAfterCompletion"]) == ("Europe/Berlin", "DELETE")


@needs("scheduler")
def test_an_expression_that_nobody_understands_fails_the_stack(account: Account) -> None:
    outputs = _system(account)
    wanted = {**_schedule(outputs, _past()), "ScheduleExpression": "every(5 minutes)"}

    with pytest.raises(StackError, match="was refused"):
        account.deploy(stack({"Reminder": part("Scheduler::Schedule", **wanted)}), name="reminders")
    with pytest.raises(ClientError, match="Invalid Schedule Expression"):
        account.client("scheduler").create_schedule(**wanted)


@needs("targets")
def test_a_schedule_whose_role_may_not_send_is_reported_when_it_fires(account: Account) -> None:
    outputs = _system(account, allowed=False)
    account.client("scheduler").create_schedule(**_schedule(outputs, datetime(2099, 1, 1, tzinfo=ZoneInfo("UTC"))))

    account.emulator.ask("POST", f"/_plus/fire?name=reminder&account={account.id}")

    assert account.denials() == [("sqs:SendMessage", outputs["QueueArn"])]
    assert account.messages(outputs["Queue"]) == []


@needs("pass_role")
def test_who_creates_a_schedule_must_be_allowed_to_pass_its_role(account: Account) -> None:
    parts = {
        "Creator": role("lambda", ("scheduler:CreateSchedule", "*")),
        "Fn": function(SCHEDULING, "Creator", FunctionName="fn"),
        "Queue": part("SQS::Queue"),
        "Role": role("scheduler"),
    }
    outputs = account.deploy(stack(parts, QueueArn=arn("Queue"), Role=arn("Role")))

    failure = account.invoke("fn", _schedule(outputs, datetime(2099, 1, 1, tzinfo=ZoneInfo("UTC"))))

    assert account.denials() == [("iam:PassRole", outputs["Role"])]
    assert "AccessDenied" in failure["errorMessage"]


def test_a_one_off_that_was_fired_by_hand_does_not_fire_again(account: Account) -> None:
    outputs = _system(account)
    account.client("scheduler").create_schedule(**_schedule(outputs, datetime.now(ZoneInfo("UTC")) + timedelta(1)))

    account.emulator.ask("POST", f"/_plus/fire?name=reminder&account={account.id}")
    client = account.client("scheduler")
    assert client.get_schedule(Name="reminder")["State"] == "ENABLED"

    assert len(account.messages(outputs["Queue"])) == 1


@needs("schedule_attributes")
def test_an_input_tells_which_firing_it_comes_from(account: Account) -> None:
    outputs = _system(account)
    schedule = _schedule(outputs, _past())
    schedule["Target"]["Input"] = "<aws.scheduler.execution-id> of <aws.scheduler.schedule-arn>"
    account.client("scheduler").create_schedule(**schedule)

    [message] = account.until(lambda: account.messages(outputs["Queue"]), "the reminder")
    assert "<" not in message["Body"]
    assert message["Body"].endswith(":schedule/default/reminder")


@needs("schedule_groups")
def test_rights_on_schedules_are_asked_for_their_group(account: Account) -> None:
    allowed = {"Fn::Sub": "arn:aws:scheduler:${AWS::Region}:${AWS::AccountId}:schedule/reminders/*"}
    parts = {
        "Queue": part("SQS::Queue"),
        "Group": part("Scheduler::ScheduleGroup", Name="reminders"),
        "Role": role("scheduler", ("sqs:SendMessage", arn("Queue"))),
        "Maker": role("lambda", ("scheduler:CreateSchedule", allowed), ("iam:PassRole", arn("Role"))),
        "Fn": function(SCHEDULING, role_id="Maker"),
    }
    found = stack(parts, QueueArn=arn("Queue"), Role=arn("Role"), Fn=ref("Fn"))
    outputs = account.deploy(found)
    schedule = _schedule(outputs, datetime.now(ZoneInfo("UTC")) + timedelta(days=1), GroupName="reminders")

    account.client("lambda").invoke(FunctionName=outputs["Fn"], Payload=json.dumps(schedule).encode())

    assert [one["Name"] for one in account.client("scheduler").list_schedules()["Schedules"]] == ["reminder"]
