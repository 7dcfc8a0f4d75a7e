"""Rules of IoT: what one does with a message needs the permission of its role."""

from typing import Any

from ministack.core.responses import request_scope
from ministack.services import iot, sqs

from . import report
from .patching import Patches, Props, wrap
from .permissions import ROLE_ACTIONS, role_denied

SERVICE = "iot.amazonaws.com"


def check_topic_rules() -> None:
    """Queues that a topic rule fills.

    AWS: sends under the role of the action; one that may not takes the rule's error action. MiniStack: sends. Patch:
    asks for the role.
    """

    def under_role(original: Any) -> Any:
        def dispatch(account: str, region: str, rule: str, action: Props, event: Any) -> None:
            with request_scope(account, region):
                queue = sqs._get_q(action.get("queueUrl") or "")["attributes"]["QueueArn"]
                why = role_denied(SERVICE, action.get("roleArn") or "", ROLE_ACTIONS["sqs"], queue)
            if why:
                with request_scope(account, region):
                    report.lost(f"arn:aws:iot:{region}:{account}:rule/{rule}", queue, why)
                raise RuntimeError(why)
            original(account, region, rule, action, event)

        return dispatch

    wrap(iot, "_dispatch_rule_sqs", under_role)


PATCHES: Patches = {"topic_rules": check_topic_rules}
