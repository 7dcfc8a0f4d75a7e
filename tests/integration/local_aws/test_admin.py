from emulator_process import Account
from small_stacks import arn, function, part, ref, role, stack

PID = "import os\ndef handler(event, context):\n    return os.getpid()"


def test_the_report_of_one_account_is_cleared_and_its_workers_end(account: Account) -> None:
    other = account.emulator.account()
    for each in (account, other):
        budget = part("Budgets::Budget", Budget={})
        each.deploy(stack({"Role": role("lambda"), "Fn": function(PID, FunctionName="pid"), "Budget": budget}))
    mine, theirs = account.invoke("pid"), other.invoke("pid")

    reset = account.emulator.ask("POST", f"/_plus/reset?account={account.id}")

    assert reset.body == {"workers": 1}
    assert account.report() == {"placeholders": [], "denials": [], "lost": []}
    assert len(other.report()["placeholders"]) == 1
    assert account.invoke("pid") != mine
    assert other.invoke("pid") == theirs


def test_a_schedule_fires_now_under_its_role(account: Account) -> None:
    schedule = part(
        "Scheduler::Schedule",
        Name="reminder",
        ScheduleExpression="at(2099-01-01T00:00:00)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": arn("Queue"), "RoleArn": arn("Role"), "Input": '{"remind": 1}'},
    )
    may_send = role("scheduler", ("sqs:SendMessage", arn("Queue")))
    parts = {"Queue": part("SQS::Queue"), "Role": may_send, "Schedule": schedule}
    outputs = account.deploy(stack(parts, Queue=ref("Queue")))

    fired = account.emulator.ask("POST", f"/_plus/fire?name=reminder&account={account.id}")

    assert (fired.status, fired.body) == (200, {"fired": "at(2099-01-01T00:00:00)"})
    [message] = account.messages(outputs["Queue"])
    assert message["Body"] == '{"remind": 1}'


def test_a_schedule_that_is_not_there_is_404(account: Account) -> None:
    assert account.emulator.ask("POST", f"/_plus/fire?name=none&account={account.id}").status == 404
