"""Which wildcards a policy may hold, each with the reason; every other one makes the proof red."""

from typing import NamedTuple


class AllowedResource(NamedTuple):
    """Actions that may be allowed on a wildcard, and why there is no narrower resource."""

    actions: frozenset[str]
    reason: str


class AllowedShape(NamedTuple):
    """A wildcard inside an ARN that names one resource all the same.

    Attributes:
        services: the services in whose ARNs it may stand.
        ending: what the ARN ends with, after something without a wildcard.
        reason: why it is narrow enough.
    """

    services: frozenset[str]
    ending: str
    reason: str


ANY_RESOURCE = (
    AllowedResource(
        frozenset({"dynamodb:ListStreams"}),
        "the mapping of a stream needs it, and it has no resource below the account",
    ),
    AllowedResource(
        frozenset({"xray:PutTraceSegments", "xray:PutTelemetryRecords"}),
        "tracing has no resources",
    ),
    AllowedResource(
        frozenset(
            {
                "logs:CreateLogDelivery",
                "logs:GetLogDelivery",
                "logs:UpdateLogDelivery",
                "logs:DeleteLogDelivery",
                "logs:ListLogDeliveries",
                "logs:PutResourcePolicy",
                "logs:DescribeResourcePolicies",
                "logs:DescribeLogGroups",
            }
        ),
        "state machines set up their log delivery with them, and log delivery has no resources",
    ),
    AllowedResource(
        frozenset({"cloudwatch:DescribeAlarms"}),
        "a gradual deployment lists the alarms that it watches, and a list has no resource below the account",
    ),
    AllowedResource(
        frozenset({"states:SendTaskSuccess"}),
        "whoever has a task's token may answer for it; the action knows no resources",
    ),
    AllowedResource(
        frozenset({"sns:Publish"}),
        "a text message goes to a phone, which is no resource; a statement beside it denies all topics",
    ),
    AllowedResource(
        frozenset({"cloudwatch:PutMetricData"}),
        "metrics have no resources",
    ),
)

WITHIN_ONE_RESOURCE = (
    AllowedShape(frozenset({"dynamodb"}), "/index/*", "the indexes of one table"),
    AllowedShape(frozenset({"s3"}), "/*", "the files of one bucket"),
    AllowedShape(frozenset({"logs"}), ":*", "the streams of one log group"),
    AllowedShape(frozenset({"execute-api"}), "/*", "the routes of one API"),
    AllowedShape(frozenset({"lambda"}), ":*", "the versions of one function"),
    AllowedShape(frozenset({"states"}), ":*", "the executions of one state machine"),
    AllowedShape(frozenset({"iot"}), "/*", "the topics below one"),
    AllowedShape(frozenset({"scheduler"}), "/*", "the schedules of one group"),
)

DEPLOYERS = {
    "cloudformation.amazonaws.com": "CloudFormation makes and changes every resource of a stage",
}
"""Services that deploy; roles of theirs, and of identity providers outside of AWS, may name resources by the stage."""

OF_A_STAGE = {
    "${Stage}": "names that start with the system and the stage",
    "aws-sam-cli-managed-default": "where SAM keeps what it uploads",
    ":transform/Serverless-": "SAM's own transformation",
    ":userpool/*": "AWS gives user pools their ids",
    ":key/*": "AWS gives keys their ids",
    ":event-source-mapping:*": "AWS gives mappings their ids",
    "::/apis": "AWS gives APIs their ids",
    "::/restapis": "AWS gives APIs their ids",
    "::/tags/*": "tags of APIs, which have ids from AWS",
    ":deploymentconfig:CodeDeployDefault.": "AWS's own plans of gradual deployments",
    ":role/aws-service-role/": "roles that AWS makes for its services",
}
"""What a wildcard of a role that deploys may stand beside, and why it is narrow enough."""

MANAGED_POLICIES = {
    "AWSLambdaBasicExecutionRole": "writes logs; the log groups of functions are not known when a role is made",
    "AWSXRayDaemonWriteAccess": "sends traces, which have no resources",
    "AWSXrayWriteOnlyAccess": "sends traces, which have no resources",
    "AmazonAPIGatewayPushToCloudWatchLogs": "the account-wide role of REST APIs for their logs",
}
"""AWS's own policies that a role may use, each with the reason."""

OWN_RESOURCE = frozenset({"AWS::KMS::Key", "AWS::KMS::ReplicaKey"})
"""Types whose policy speaks of the resource itself when it says `*`."""
