"""What the template sees of the names of a service's resources; whatever a stack names, it takes from here."""

from skafu.blueprint.aws_limits import NAME_LIMITS
from skafu.blueprint.resource_names import bucket_name, function_name, resource_name, stream_failures_name, timers_name
from skafu.generation.aggregate_view import View

STAGE = "${Stage}"
"""What stands for the stage in a stack."""


def resources_view(system: str, service: View) -> View:
    """The names of all resources whose names could be too long for AWS.

    Args:
        system: name of the system, in kebab-case.
        service: the view of the service so far.
    """
    own = service["name"]
    elements = [one["kebab"] for kind in ("routed_commands", "queries", "reactions") for one in service[kind]]
    elements += [one["kebab"] for kind in ("inbound", "other_routes", "workflows") for one in service[kind]]
    elements += [f"{one['kebab']}-steps" for one in service["workflows"]]
    elements += ["publisher", "projector", "reporter"]
    integrations = [one["kebab"] for one in service["integrations"]]
    return {
        "functions": {one: function_name(system, STAGE, own, one) for one in elements},
        "stream_failures": stream_failures_name(system, STAGE, own),
        "timers": timers_name(system, STAGE, own),
        "files": bucket_name(system, STAGE, own, "files"),
        "buckets": {one: bucket_name(system, STAGE, own, one) for one in integrations},
        "queues": {one: resource_name("AWS::SQS::Queue", system, STAGE, own, f"to-{one}") for one in integrations},
        "topic_rules": {
            one["kebab"]: resource_name("AWS::IoT::TopicRule", system, STAGE, own, one["kebab"]).replace("-", "_")
            for one in service["inbound"]
        },
        "receipts": {
            one["kebab"]: one["kebab"][: NAME_LIMITS["AWS::SES::ReceiptRule"]].rstrip("-") for one in service["inbound"]
        },
    }
