"""Statements of policies, as the templates write them."""

from skafu.generation.aggregate_view import View


def right(action: str, resource: str, effect: str = "Allow", condition: str = "") -> View:
    """A statement of a policy: one action on one resource.

    Args:
        action: for example `sqs:SendMessage`.
        resource: YAML of CloudFormation, for example `!GetAtt OrdersQueue.Arn`.
        effect: `Allow` or `Deny`.
        condition: YAML of a condition; empty for none.
    """
    return {"effect": effect, "action": action, "resource": resource, "condition": condition}
