"""What the bootstrap stack lets CloudFormation do for a stage, on names with the stage's prefix."""

from collections.abc import Iterator
from typing import NamedTuple

from skafu.blueprint.files import any_files
from skafu.blueprint.resolved import System
from skafu.blueprint.resource_names import any_bucket
from skafu.generation.aggregate_view import View
from skafu.generation.resource_view import STAGE

REGIONAL = "${AWS::Region}:${AWS::AccountId}"


class Rights(NamedTuple):
    """A statement: what may be done to which resources, and under which condition.

    Attributes:
        sid: its name.
        actions: what may be done.
        resources: ARNs behind the partition, with `{prefix}` for system and stage.
        condition: operator, key and value.
    """

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    condition: tuple[str, str, str] | None = None


HERE = ("StringEquals", "aws:RequestedRegion", "${AWS::Region}")
"""For what has no name before it is made."""

ALWAYS = (
    Rights(
        "NestedStacks",
        ("cloudformation:*",),
        (f"cloudformation:{REGIONAL}:stack/{{prefix}}-*/*", "cloudformation:${AWS::Region}:aws:transform/Serverless-*"),
    ),
    Rights("Artifacts", ("s3:GetObject",), ("s3:::aws-sam-cli-managed-default-samclisourcebucket-*/*",)),
    Rights(
        "Functions",
        ("lambda:*",),
        (f"lambda:{REGIONAL}:function:{{prefix}}-*", f"lambda:{REGIONAL}:layer:{{prefix}}-*"),
    ),
    Rights(
        "Mappings",
        (
            "lambda:CreateEventSourceMapping",
            "lambda:DeleteEventSourceMapping",
            "lambda:GetEventSourceMapping",
            "lambda:UpdateEventSourceMapping",
        ),
        ("*",),
        ("ArnLike", "lambda:FunctionArn", f"arn:${{AWS::Partition}}:lambda:{REGIONAL}:function:{{prefix}}-*"),
    ),
    Rights(
        "TagsOfMappings",
        ("lambda:ListTags", "lambda:TagResource", "lambda:UntagResource"),
        (f"lambda:{REGIONAL}:event-source-mapping:*",),
    ),
    Rights("Tables", ("dynamodb:*",), (f"dynamodb:{REGIONAL}:table/{{prefix}}-*",)),
    Rights("Queues", ("sqs:*",), (f"sqs:{REGIONAL}:{{prefix}}-*",)),
    Rights("Topics", ("sns:*",), (f"sns:{REGIONAL}:{{prefix}}-*",)),
    Rights(
        "Buses",
        ("events:*",),
        (
            f"events:{REGIONAL}:event-bus/{{prefix}}*",
            f"events:{REGIONAL}:rule/{{prefix}}*",
            f"events:{REGIONAL}:archive/{{prefix}}*",
        ),
    ),
    Rights("LogGroups", ("logs:*",), (f"logs:{REGIONAL}:log-group:/aws/*/{{prefix}}*",)),
    Rights(
        "LogDelivery",
        (
            "logs:CreateLogDelivery",
            "logs:DeleteLogDelivery",
            "logs:DeleteResourcePolicy",
            "logs:DescribeLogGroups",
            "logs:DescribeResourcePolicies",
            "logs:GetLogDelivery",
            "logs:ListLogDeliveries",
            "logs:PutResourcePolicy",
            "logs:UpdateLogDelivery",
        ),
        ("*",),
        HERE,
    ),
    Rights(
        "Users",
        (
            "cognito-idp:CreateGroup",
            "cognito-idp:CreateUserPoolClient",
            "cognito-idp:DeleteGroup",
            "cognito-idp:DeleteUserPool",
            "cognito-idp:DeleteUserPoolClient",
            "cognito-idp:DescribeUserPool",
            "cognito-idp:DescribeUserPoolClient",
            "cognito-idp:GetGroup",
            "cognito-idp:GetUserPoolMfaConfig",
            "cognito-idp:ListTagsForResource",
            "cognito-idp:SetUserPoolMfaConfig",
            "cognito-idp:TagResource",
            "cognito-idp:UntagResource",
            "cognito-idp:UpdateGroup",
            "cognito-idp:UpdateUserPool",
            "cognito-idp:UpdateUserPoolClient",
        ),
        (f"cognito-idp:{REGIONAL}:userpool/*",),
    ),
    Rights(
        "Roles",
        (
            "iam:CreateRole",
            "iam:DeleteRole",
            "iam:DeleteRolePolicy",
            "iam:GetRole",
            "iam:GetRolePolicy",
            "iam:ListAttachedRolePolicies",
            "iam:ListRolePolicies",
            "iam:PassRole",
            "iam:PutRolePolicy",
            "iam:TagRole",
            "iam:UntagRole",
            "iam:UpdateAssumeRolePolicy",
            "iam:UpdateRole",
        ),
        ("iam::${AWS::AccountId}:role/{prefix}-*",),
    ),
    Rights(
        "ManagedPolicies",
        ("iam:AttachRolePolicy", "iam:DetachRolePolicy"),
        ("iam::${AWS::AccountId}:role/{prefix}-*",),
        ("ArnLike", "iam:PolicyARN", "arn:${AWS::Partition}:iam::aws:policy/*"),
    ),
    Rights("ServiceLinkedRoles", ("iam:CreateServiceLinkedRole",), ("iam::${AWS::AccountId}:role/aws-service-role/*",)),
    Rights(
        "Alarms",
        (
            "cloudwatch:DeleteAlarms",
            "cloudwatch:DeleteDashboards",
            "cloudwatch:GetDashboard",
            "cloudwatch:ListTagsForResource",
            "cloudwatch:PutDashboard",
            "cloudwatch:PutMetricAlarm",
            "cloudwatch:TagResource",
            "cloudwatch:UntagResource",
        ),
        (f"cloudwatch:{REGIONAL}:alarm:{{prefix}}-*", "cloudwatch::${AWS::AccountId}:dashboard/{prefix}*"),
    ),
    Rights("Unnamed", ("cognito-idp:CreateUserPool", "kms:CreateKey"), ("*",), HERE),
    Rights("ListedAlarms", ("cloudwatch:DescribeAlarms",), ("*",)),
    Rights(
        "Releases",
        ("codedeploy:*",),
        (f"codedeploy:{REGIONAL}:application:{{prefix}}-*", f"codedeploy:{REGIONAL}:deploymentgroup:{{prefix}}-*"),
    ),
    Rights(
        "ReleasePlans",
        ("codedeploy:GetDeploymentConfig",),
        (f"codedeploy:{REGIONAL}:deploymentconfig:CodeDeployDefault.*",),
    ),
    Rights(
        "Keys",
        (
            "kms:CreateAlias",
            "kms:CreateGrant",
            "kms:Decrypt",
            "kms:DeleteAlias",
            "kms:DescribeKey",
            "kms:EnableKeyRotation",
            "kms:GenerateDataKey",
            "kms:GetKeyPolicy",
            "kms:GetKeyRotationStatus",
            "kms:ListResourceTags",
            "kms:PutKeyPolicy",
            "kms:ScheduleKeyDeletion",
            "kms:TagResource",
            "kms:UntagResource",
            "kms:UpdateAlias",
            "kms:UpdateKeyDescription",
        ),
        (f"kms:{REGIONAL}:key/*", f"kms:{REGIONAL}:alias/{{prefix}}-*"),
    ),
)
HTTP_API = Rights(
    "Api",
    ("apigateway:DELETE", "apigateway:GET", "apigateway:PATCH", "apigateway:POST", "apigateway:PUT"),
    ("apigateway:${AWS::Region}::/apis*", "apigateway:${AWS::Region}::/tags/*"),
)
REST_API = Rights(
    "Api",
    HTTP_API.actions,
    (
        "apigateway:${AWS::Region}::/account",
        "apigateway:${AWS::Region}::/restapis*",
        "apigateway:${AWS::Region}::/tags/*",
    ),
)
FIREWALL = Rights(
    "Firewall",
    ("wafv2:*",),
    (f"wafv2:{REGIONAL}:regional/*/{{prefix}}*/*", "apigateway:${AWS::Region}::/restapis/*"),
)
SECRETS = Rights("Secrets", ("secretsmanager:*",), (f"secretsmanager:{REGIONAL}:secret:{{system}}/${{Stage}}/*",))
SCHEDULES = Rights(
    "Schedules",
    ("scheduler:*",),
    (f"scheduler:{REGIONAL}:schedule/{{prefix}}*", f"scheduler:{REGIONAL}:schedule-group/{{prefix}}*"),
)
WORKFLOWS = Rights("Workflows", ("states:*",), (f"states:{REGIONAL}:stateMachine:{{prefix}}-*",))
TOPIC_RULES = Rights("TopicRules", ("iot:*",), (f"iot:{REGIONAL}:rule/{{package}}_${{Stage}}_*",))
RECEIPT = Rights(
    "Receipt",
    (
        "ses:CreateReceiptRule",
        "ses:CreateReceiptRuleSet",
        "ses:DeleteReceiptRule",
        "ses:DeleteReceiptRuleSet",
        "ses:DescribeReceiptRule",
        "ses:DescribeReceiptRuleSet",
        "ses:UpdateReceiptRule",
    ),
    ("*",),
    HERE,
)
BUCKETS = Rights("Buckets", ("s3:*",), ("s3:::{buckets}",))


def bootstrap_view(system: System) -> list[View]:
    """The statements of the role that CloudFormation works with, for what the system consists of."""
    own = system.names.kebab
    names = {
        "prefix": f"{own}-{STAGE}",
        "system": own,
        "package": system.names.snake,
        "buckets": any_bucket(own, STAGE),
    }
    return [
        {
            "sid": one.sid,
            "actions": list(one.actions),
            "resources": [_arn(resource, names) for resource in one.resources],
            "condition": _condition(one.condition, names) if one.condition else None,
        }
        for one in (*ALWAYS, *_wanted(system))
    ]


def _arn(resource: str, names: dict[str, str]) -> str:
    return resource if resource == "*" else f"arn:${{AWS::Partition}}:{_named(resource, names)}"


def _named(text: str, names: dict[str, str]) -> str:
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _condition(condition: tuple[str, str, str], names: dict[str, str]) -> View:
    operator, key, value = condition
    return {"operator": operator, "key": key, "value": _named(value, names)}


def _wanted(system: System) -> Iterator[Rights]:
    """The rights that only some systems need."""
    yield from (REST_API, FIREWALL) if system.api == "rest" else (HTTP_API,)
    services = system.services
    if any(one.secret for one in system.integrations) or any(service.inbound for service in services):
        yield SECRETS
    if any(service.timers for service in services):
        yield SCHEDULES
    if any(service.workflows for service in services):
        yield WORKFLOWS
    if any_files(system) or any(one.kind == "files" for one in system.integrations):
        yield BUCKETS
    kinds = {one.kind for service in services for one in service.inbound}
    if "mqtt" in kinds:
        yield TOPIC_RULES
    if "email" in kinds:
        yield RECEIPT
