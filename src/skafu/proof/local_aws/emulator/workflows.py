"""Step Functions: what a state machine does needs the permission of its role."""

import contextvars
import re
from collections.abc import Callable, Iterator
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import lambda_svc, stepfunctions

from .patching import Patches, Props, before_provisioning, wrap
from .permissions import role_denied

SERVICE = "states.amazonaws.com"
Need = tuple[str, str]
ERRORS = {
    "lambda": "Lambda.AWSLambdaException",
    "dynamodb": "DynamoDB.AccessDeniedException",
    "sqs": "SQS.AccessDeniedException",
    "sns": "SNS.AccessDeniedException",
    "events": "EventBridge.AccessDeniedException",
}
TRANSACTED = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}
MANAGED_RULE = "rule/StepFunctionsGetEventsForStepFunctionsExecutionRule"
# https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
LOG_ACTIONS = (
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
)

_role: contextvars.ContextVar[str] = contextvars.ContextVar("role of the running state machine", default="")


def check_tasks() -> None:
    """The tasks of a state machine.

    AWS: calls each service under the machine's role. MiniStack: calls it as administrator. Patch: action and resource
    are read from task and parameters, and checked before the call; a denial fails the task with AWS's error name.
    """

    def under_role(original: Any) -> Any:
        def execute_task(state: Props, given: Any, execution: Props, context: Any) -> Any:
            machine = ":".join((execution or {}).get("stateMachineArn", "").split(":")[:7])
            token = _role.set((stepfunctions._state_machines.get(machine) or {}).get("roleArn", ""))
            try:
                return original(state, given, execution, context)
            finally:
                _role.reset(token)

        return execute_task

    def checked(original: Any) -> Any:
        def invoke(resource: str, given: Any, *rest: Any) -> Any:
            _check(resource, given)
            return original(resource, given, *rest)

        return invoke

    wrap(stepfunctions, "_execute_task", under_role)
    wrap(stepfunctions, "_invoke_resource", checked)
    wrap(stepfunctions, "_invoke_with_callback", checked)


def _check(resource: str, given: Any) -> None:
    role = _role.get()
    for action, target in needs(resource, given) if role else ():
        if action == "lambda:InvokeFunction" and lambda_svc._get_func_record_for_ref(target)[0] is None:
            continue
        if why := role_denied(SERVICE, role, action, target):
            service = action.split(":")[0]
            raise stepfunctions._ExecutionError(ERRORS.get(service, f"{service.title()}.AccessDeniedException"), why)


def needs(resource: str, given: Any) -> list[Need]:
    """Actions and resources that a task needs.

    Args:
        resource: the `Resource` of the task state.
        given: its parameters, as they are sent.
    """
    parameters = given if isinstance(given, dict) else {}
    plain = resource.removesuffix(".waitForTaskToken")
    if re.match(r"arn:aws[\w-]*:lambda:.*:function:", plain):
        return [("lambda:InvokeFunction", plain)]
    found = re.fullmatch(r"arn:aws:states:::(?:aws-sdk:)?(\w+):(\w+)(\.sync(?::2)?)?", plain)
    if found is None:
        return []
    service, operation, waits = found[1].lower(), found[2][0].upper() + found[2][1:], bool(found[3])
    if service in NEEDS:
        return [*NEEDS[service](operation, parameters), *(_to_wait() if waits else ())]
    named = parameters.get("SecretId") or parameters.get("KeyId") or "*"
    return [(f"{service}:{operation}", named if named.startswith("arn:") else "*")]


def _arn(service: str, resource: str) -> str:
    return (
        resource if resource.startswith("arn:") else f"arn:aws:{service}:{get_region()}:{get_account_id()}:{resource}"
    )


def _full(service: str, kind: str, name: Any) -> str:
    return name if str(name).startswith("arn:") else _arn(service, f"{kind}{name}")


def _function(operation: str, parameters: Props) -> Iterator[Need]:
    # The action of the API's `Invoke` is called otherwise.
    action = "lambda:InvokeFunction" if operation == "Invoke" else f"lambda:{operation}"
    yield action, _full("lambda", "function:", parameters.get("FunctionName", ""))


def _table(operation: str, parameters: Props) -> Iterator[Need]:
    for item in parameters.get("TransactItems") or []:
        for kind, of in item.items():
            yield TRANSACTED.get(kind, "dynamodb:GetItem"), _full("dynamodb", "table/", of["TableName"])
    for table in parameters.get("RequestItems") or {}:
        yield f"dynamodb:{operation}", _full("dynamodb", "table/", table)
    if parameters.get("TableName"):
        index = parameters.get("IndexName")
        table = _full("dynamodb", "table/", parameters["TableName"])
        yield f"dynamodb:{operation}", f"{table}/index/{index}" if index else table


def _bus(operation: str, parameters: Props) -> Iterator[Need]:
    buses = {entry.get("EventBusName", "default") for entry in parameters.get("Entries") or []}
    for bus in sorted(buses):
        yield f"events:{operation}", _full("events", "event-bus/", bus)


def _queue(operation: str, parameters: Props) -> Iterator[Need]:
    yield f"sqs:{operation}", _arn("sqs", str(parameters.get("QueueUrl", "")).rsplit("/", 1)[-1])


def _topic(operation: str, parameters: Props) -> Iterator[Need]:
    yield f"sns:{operation}", parameters.get("TopicArn") or parameters.get("TargetArn") or "*"


def _machine(operation: str, parameters: Props) -> Iterator[Need]:
    yield f"states:{operation}", parameters.get("StateMachineArn") or parameters.get("ExecutionArn") or "*"


def _schedule(operation: str, parameters: Props) -> Iterator[Need]:
    name = f"schedule/{parameters.get('GroupName', 'default')}/{parameters.get('Name', '*')}"
    yield f"scheduler:{operation}", _arn("scheduler", name)
    if role := (parameters.get("Target") or {}).get("RoleArn"):
        yield "iam:PassRole", role


def _to_wait() -> Iterator[Need]:
    # A machine learns of the end of another one through a rule that AWS manages.
    for action in ("events:PutTargets", "events:PutRule", "events:DescribeRule"):
        yield action, _arn("events", MANAGED_RULE)


NEEDS: dict[str, Callable[[str, Props], Iterator[Need]]] = {
    "lambda": _function,
    "dynamodb": _table,
    "events": _bus,
    "eventbridge": _bus,
    "sqs": _queue,
    "sns": _topic,
    "states": _machine,
    "sfn": _machine,
    "scheduler": _schedule,
}


def check_logging() -> None:
    """The log of a state machine.

    AWS: "The state machine IAM Role is not authorized to access the Log Destination" fails the stack.
    MiniStack: does not look. Patch: the role must allow the actions of log delivery.
    """

    def check(props: Props) -> Props:
        wanted = props.get("LoggingConfiguration") or {}
        if wanted.get("Destinations") and wanted.get("Level", "OFF") != "OFF":
            denials = [role_denied(SERVICE, props.get("RoleArn", ""), action, "*") for action in LOG_ACTIONS]
            if why := next(filter(None, denials), ""):
                raise ValueError(f"The state machine IAM Role is not authorized to access the Log Destination: {why}")
        return props

    before_provisioning("AWS::StepFunctions::StateMachine", check)


PATCHES: Patches = {"workflow_permissions": check_tasks, "workflow_logging": check_logging}
