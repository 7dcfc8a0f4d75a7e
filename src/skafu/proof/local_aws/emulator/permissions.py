"""IAM of what AWS services do with a role or through a resource policy; MiniStack checks signed calls only."""

import json
from collections.abc import Callable
from typing import Any

from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import iam, lambda_svc, sns, sqs

from . import report
from .patching import Patches, switched_off, wrap

# The policy that a topic is born with admits the owner's principals, never a service.
DEFAULT_TOPIC_POLICY = "__default_policy_ID"

PolicyLookup = Callable[[str], tuple[Any, str] | None]

RESOURCE_POLICIES: dict[str, tuple[str, PolicyLookup]] = {
    "lambda": ("lambda:InvokeFunction", lambda_svc.function_policy_for_arn),
    "sqs": ("sqs:SendMessage", sqs.queue_policy_for_arn),
    "sns": ("sns:Publish", sns.topic_policy_for_arn),
}
ROLE_ACTIONS = {
    **{service: action for service, (action, _) in RESOURCE_POLICIES.items()},
    "states": "states:StartExecution",
    "events": "events:PutEvents",
}


def enforced() -> bool:
    """Whether permissions count: `AUTH=true`, and the patch `iam` is on."""
    return bool(app.AUTH) and "iam" not in switched_off()


def assume_denied(service: str, role_arn: str) -> str:
    """Why `service` may not assume the role (none there, or it does not trust the service); empty when it may."""
    if not enforced():
        return ""
    role = iam._roles.get_scoped(get_account_id(), None, role_arn.rsplit("/", 1)[-1]) if role_arn else None
    if role is None:
        shown = role_arn or "(no role)"
        return _role_denial(service, shown, "sts:AssumeRole", shown, "the role does not exist")
    if not _trusts(role.get("AssumeRolePolicyDocument"), service):
        return _role_denial(service, role_arn, "sts:AssumeRole", role_arn, "its trust policy does not name the service")
    return ""


def role_denied(service: str, role_arn: str, action: str, resource: str) -> str:
    """Why `service` may not use the role for the action; empty when it may.

    AWS: the service assumes the role, and the role's policies must allow the action.
    """
    if why := assume_denied(service, role_arn):
        return why
    if not enforced():
        return ""
    name, account = role_arn.rsplit("/", 1)[-1], get_account_id()
    context = iam_evaluator.EvalContext(
        principal_arn=f"arn:aws:sts::{account}:assumed-role/{name}/{service}",
        principal_type="AssumedRole",
        principal_account=account,
        action=action,
        resource_arn=resource,
        region=get_region(),
    )
    result = iam_evaluator.evaluate(context, iam_evaluator._gather_role_policies(name, account))
    return "" if result.decision == "Allow" else _role_denial(service, role_arn, action, resource, result.reason)


def policy_denied(service: str, source_arn: str, target_arn: str) -> str:
    """Why the target's own policy keeps `service` (acting for `source_arn`) out; empty when it lets it in.

    A target that does not exist is not denied: its absence is reported where it is delivered to.
    """
    action, lookup = RESOURCE_POLICIES[target_arn.split(":")[2]]
    found = lookup(target_arn) if enforced() else None
    if found is None:
        return ""
    policy = found[0]
    if policy and DEFAULT_TOPIC_POLICY not in json.dumps(policy):
        context = iam_evaluator.EvalContext(
            principal_arn=service,
            principal_type="Service",
            principal_account="",
            action=action,
            resource_arn=target_arn,
            region=get_region(),
            service_context={"aws:sourcearn": source_arn, "aws:sourceaccount": get_account_id()},
        )
        if iam_evaluator.evaluate_resource_policy(policy, context, service=service).decision == "Allow":
            return ""
    return report.denial(
        "resource_policy",
        principal=service,
        source=source_arn,
        action=action,
        resource=target_arn,
        reason="no statement of the resource's policy allows it",
    )


def _role_denial(service: str, role_arn: str, action: str, resource: str, reason: str) -> str:
    return report.denial("role", principal=role_arn, source=service, action=action, resource=resource, reason=reason)


def _trusts(document: Any, service: str) -> bool:
    trust = json.loads(document) if isinstance(document, str) else document or {}
    statements = trust.get("Statement", [])
    return any(
        statement.get("Effect") == "Allow"
        and iam_evaluator._service_principal_matches(statement.get("Principal"), service)
        for statement in ([statements] if isinstance(statements, dict) else statements)
    )


def _role_of(principal: str) -> tuple[str, str]:
    """Role ARN and session name of an assumed role; any other principal is its own."""
    prefix, found, rest = principal.partition(":assumed-role/")
    if not found:
        return principal, principal
    name, _, session = rest.partition("/")
    return f"{prefix.replace(':sts:', ':iam:')}:role/{name}", session


def report_denied_calls() -> None:
    """Every signed call that is denied goes into the report.

    AWS: a denial is seen by the caller only. MiniStack: the same, so a handler that swallows it looks healthy.
    Patch: it is written down; the caller's answer stays. A call with bad credentials is no denial.
    """

    def recording(original: Any) -> Any:
        def access_denied_response(service: str, action: str, principal_arn: str, request_id: str, **more: Any) -> Any:
            if not more.get("error_code"):
                role, session = _role_of(principal_arn)
                explicit = more.get("explicit_deny")
                report.denial(
                    "identity",
                    principal=role,
                    source=session,
                    action=action,
                    resource=more.get("resource_arn", "*"),
                    reason="explicit deny" if explicit else "no statement allows it",
                )
            return original(service, action, principal_arn, request_id, **more)

        return access_denied_response

    wrap(iam_actions, "access_denied_response", recording)


def count_calls_as_encrypted() -> None:
    """The condition `aws:SecureTransport`.

    AWS: clients use TLS. MiniStack: is reached over plain HTTP, so a policy that refuses calls without TLS refuses
    everything. Patch: every call counts as one over TLS; that the policy is there is a matter of static checks.
    """

    def over_tls(original: Any) -> Any:
        def resolve(key: str, context: Any) -> Any:
            return "true" if key.lower() == "aws:securetransport" else original(key, context)

        return resolve

    wrap(iam_evaluator, "_resolve_condition_key", over_tls)


PATCHES: Patches = {"iam": report_denied_calls, "tls": count_calls_as_encrypted}
