"""After a person confirmed the e-mail address: membership of the group for self-sign-up, and no other."""

import os
from functools import cache
from typing import Any

import boto3


@cache
def _users() -> Any:
    return boto3.client("cognito-idp")


def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Add the person to the group."""
    _users().admin_add_user_to_group(
        UserPoolId=event["userPoolId"], Username=event["userName"], GroupName=os.environ["SIGN_UP_GROUP"]
    )
    return event
