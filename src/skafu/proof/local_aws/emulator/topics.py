"""Notifications: who may publish to a topic, and what a topic may deliver to."""

import json
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudwatch, lambda_svc, sns, sqs

from . import report
from .patching import Patches, Props, wrap
from .permissions import DEFAULT_TOPIC_POLICY, policy_denied


def invoke_subscribed_functions() -> None:
    """Functions that listen to a topic.

    AWS: invokes them asynchronously (two more tries, on-failure destination) if their policy lets
    `sns.amazonaws.com` in. MiniStack: invokes once, without asking, while the publisher waits.
    Patch: asks, then MiniStack's own asynchronous invocation.
    """

    def asked(_original: Any) -> Any:
        def deliver(
            function_arn: str, envelope: str, topic: str, subscription: str, _id: str, _message: str, _attributes: Any
        ) -> None:
            function, config, _ = lambda_svc._get_func_record_for_ref(function_arn)
            why = policy_denied("sns.amazonaws.com", topic, function_arn) if function else "it does not exist"
            if why:
                report.lost(topic, function_arn, why)
                return
            record = {
                "EventVersion": "1.0",
                "EventSource": "aws:sns",
                "EventSubscriptionArn": subscription,
                "Sns": json.loads(envelope),
            }
            execution = lambda_svc._execution_record_for_config(function, config)
            lambda_svc.invoke_async_with_retry(execution, {"Records": [record]})

        return deliver

    wrap(sns, "_deliver_to_lambda", asked)


def report_refused_notifications() -> None:
    """Queues that listen to a topic.

    AWS and MiniStack: a queue whose policy does not let the topic in gets nothing, and nobody hears of it.
    Patch: it is reported.
    """

    def and_report(original: Any) -> Any:
        def queue_policy_allows(queue: str, service: str, source: str, account: str) -> Any:
            allowed = original(queue, service, source, account)
            if not allowed:
                why = report.denial(
                    "resource_policy",
                    principal=service,
                    source=source,
                    action="sqs:SendMessage",
                    resource=queue,
                    reason="no statement of the resource's policy allows it",
                )
                report.lost(source, queue, why)
            return allowed

        return queue_policy_allows

    wrap(sqs, "queue_policy_allows", and_report)


def check_alarm_actions() -> None:
    """Alarms that publish to a topic.

    AWS: a topic with a policy of its own must let `cloudwatch.amazonaws.com` in (the one it is born with does).
    MiniStack: publishes. Patch: asks.
    """

    def asked(original: Any) -> Any:
        def dispatch(alarm: Props, old: str, new: str, reason: str) -> Any:
            fields = {key: _admitting(alarm, alarm.get(key) or []) for key in ACTION_FIELDS}
            return original({**alarm, **fields}, old, new, reason)

        return dispatch

    wrap(cloudwatch, "_dispatch_alarm_actions", asked)


ACTION_FIELDS = ("AlarmActions", "OKActions", "InsufficientDataActions")


def _admitting(alarm: Props, targets: list[str]) -> list[str]:
    source = f"arn:aws:cloudwatch:{get_region()}:{get_account_id()}:alarm:{alarm.get('AlarmName')}"
    return [target for target in targets if ":sns:" not in target or _may_publish(source, target)]


def _may_publish(source: str, topic: str) -> bool:
    found = sns.topic_policy_for_arn(topic)
    if found is None or DEFAULT_TOPIC_POLICY in json.dumps(found[0]):
        return True
    why = policy_denied("cloudwatch.amazonaws.com", source, topic)
    if why:
        report.lost(source, topic, why)
    return not why


PATCHES: Patches = {
    "topic_functions": invoke_subscribed_functions,
    "topic_queues": report_refused_notifications,
    "alarm_topics": check_alarm_actions,
}
