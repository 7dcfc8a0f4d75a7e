"""Looks for wildcards in every policy of the translated stacks: what roles may do, and who may use a resource."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from skafu.proof.checks import CheckResult, Problem
from skafu.proof.static.permission_rules import (
    ANY_RESOURCE,
    DEPLOYERS,
    MANAGED_POLICIES,
    OF_A_STAGE,
    OWN_RESOURCE,
    WITHIN_ONE_RESOURCE,
)
from skafu.proof.static.stacks import Translated
from skafu.proof.subject import Timed

CHECK = "static.iam"

_INTRINSIC = re.compile(r"\$\{[^}]*\}")
_BELOW_AN_ARN = re.compile(r"\$\{[^}]*\}(/[\w.-]+)*")
_NAMED_WITHOUT_A_TYPE = frozenset({"s3", "execute-api"})
_ROLE_FIX = "Name the actions and the ARN of the one resource that this role needs."
_WHO_FIX = "Name the service or account, and limit it with aws:SourceArn or aws:SourceAccount."


class Statement(NamedTuple):
    """A statement of a policy.

    Attributes:
        resource: logical id of the resource with the policy.
        kind: its type.
        content: what the statement says.
        of_role: it says what a role may do; the others say who may use a resource.
        deploys: the role is for deployments, not for the running system.
    """

    resource: str
    kind: str
    content: Mapping[str, Any]
    of_role: bool
    deploys: bool = False


def check_permissions(translated: Translated) -> list[CheckResult]:
    """Check every policy of every stack."""
    timed = Timed(CHECK, "static")
    problems: list[Problem] = []
    count = 0
    for name, stack in sorted(translated.stacks.items()):
        source = translated.sources[name]
        for logical_id, resource in stack.get("Resources", {}).items():
            for message, word, fix in _managed(logical_id, resource):
                problems.append(Problem(message, name, source.line_of(logical_id, word), fix=fix))
        for statement in statements_of(stack):
            count += 1
            for message, word, fix in judge(statement):
                problems.append(Problem(message, name, source.line_of(statement.resource, word), fix=fix))
    return [timed.result(f"{count} statements without a wildcard that has no reason", problems, {"statements": count})]


Verdict = tuple[str, str, str]
"""What is wrong, a word of the line where it stands, and what to do."""


def judge(statement: Statement) -> Iterator[Verdict]:
    """Say what is too wide in a statement."""
    content = statement.content
    if content.get("Effect") != "Allow":
        return
    for inverted in ("NotAction", "NotResource", "NotPrincipal"):
        if inverted in content:
            yield f"{statement.resource}: {inverted} allows whatever is not named", inverted, _ROLE_FIX
    actions = [text_of(action) for action in _listed(content.get("Action"))]
    if statement.deploys:
        yield from _wide_deployment(statement, actions)
    elif not _is_own_key_policy(statement):
        for action in actions:
            if "*" in action or "?" in action:
                yield f"{statement.resource}: the action {action} has a wildcard", action, _ROLE_FIX
        yield from _wide_resources(statement, actions)
    if not statement.of_role and _is_anybody(content.get("Principal")) and not content.get("Condition"):
        yield f"{statement.resource}: anybody may {', '.join(actions)}", "Principal", _WHO_FIX


def _wide_deployment(statement: Statement, actions: list[str]) -> Iterator[Verdict]:
    """Say what a role that deploys may do outside of its stage: resources there have names, or a condition."""
    resources = [text_of(one) for one in _listed(statement.content.get("Resource"))]
    wide = [one for one in resources if "*" in one and not any(part in one for part in OF_A_STAGE)]
    named = all("*" not in action for action in actions) and statement.content.get("Condition")
    if wide and not named and not _has_no_narrower(actions):
        said = f"{statement.resource}: {', '.join(actions)} on {', '.join(wide)}: outside of its stage"
        yield said, actions[0] if actions else "Resource", _ROLE_FIX


def _wide_resources(statement: Statement, actions: list[str]) -> Iterator[Verdict]:
    if statement.kind in OWN_RESOURCE:
        return
    for resource in (text_of(one) for one in _listed(statement.content.get("Resource"))):
        if "*" in resource and not _is_narrow(resource, actions) and not _has_no_narrower(actions):
            said = f"{statement.resource}: {', '.join(actions)} on {resource}: the resource has a wildcard"
            yield said, actions[0] if actions else "Resource", _ROLE_FIX


def _has_no_narrower(actions: list[str]) -> bool:
    return bool(actions) and any(set(actions) <= rule.actions for rule in ANY_RESOURCE)


def _is_narrow(resource: str, actions: list[str]) -> bool:
    services = {action.partition(":")[0] for action in actions}
    for shape in WITHIN_ONE_RESOURCE:
        named = resource.removesuffix(shape.ending)
        if services <= shape.services and named != resource and "*" not in named and _names_one(named):
            return True
    return False


def _names_one(arn: str) -> bool:
    """Say whether an ARN without its wildcard goes as far as a name: `arn:...:table/orders`, `${Orders.Arn}/photos`."""
    if _BELOW_AN_ARN.fullmatch(arn):
        return True
    service, resource = [*arn.split(":", 5), "", "", "", "", ""][2:6:3]
    name = resource if service in _NAMED_WITHOUT_A_TYPE else re.split("[/:]", f"{resource}:", maxsplit=1)[1].strip(":")
    return bool(name)


def _is_own_key_policy(statement: Statement) -> bool:
    """The owner of a key may do everything with it, or nobody could manage it."""
    principal = json.dumps(statement.content.get("Principal", ""))
    return statement.kind in OWN_RESOURCE and ":root" in principal


def _is_anybody(principal: object) -> bool:
    named = list(principal.values()) if isinstance(principal, dict) else [principal]
    return any("*" in _listed(one) for one in named)


def statements_of(stack: Mapping[str, Any]) -> Iterator[Statement]:
    """Give every statement of every policy of a translated stack, but not who may assume a role."""
    for logical_id, resource in stack.get("Resources", {}).items():
        kind, properties = resource.get("Type", ""), resource.get("Properties") or {}
        of_role = kind.startswith("AWS::IAM::")
        deploys = of_role and _is_for_deployments(properties)
        for document in _documents(kind, properties):
            for content in _listed(_parsed(document).get("Statement")):
                yield Statement(logical_id, kind, content, of_role, deploys)
        if kind == "AWS::Lambda::Permission":
            yield Statement(logical_id, kind, _as_statement(properties), of_role=False)


def _is_for_deployments(properties: Mapping[str, Any]) -> bool:
    """A person outside of AWS, or a service that deploys, takes this role; nothing that runs can."""
    trusts = _listed(_parsed(properties.get("AssumeRolePolicyDocument")).get("Statement"))
    principals = [trust.get("Principal") or {} for trust in trusts]
    services = {service for one in principals if isinstance(one, dict) for service in _listed(one.get("Service"))}
    federated = any("Federated" in one for one in principals)
    return bool(trusts) and (services <= DEPLOYERS.keys() if services else federated)


def _documents(kind: str, properties: Mapping[str, Any]) -> Iterator[Any]:
    yield from (
        policy.get("PolicyDocument") for policy in _listed(properties.get("Policies")) if kind != "AWS::S3::Bucket"
    )
    for key in ("PolicyDocument", "KeyPolicy", "ResourcePolicy", "Policy"):
        if isinstance(properties.get(key), dict | str):
            yield properties[key]


def _parsed(document: object) -> Mapping[str, Any]:
    """Some policies are JSON in a text (or in `Fn::Sub`)."""
    if isinstance(document, dict) and "Fn::Sub" in document:
        document = text_of(document)
    if isinstance(document, str):
        document = json.loads(document)
    return document if isinstance(document, dict) else {}


def _as_statement(properties: Mapping[str, Any]) -> Mapping[str, Any]:
    limited = {key: properties[key] for key in ("SourceArn", "SourceAccount") if key in properties}
    statement = {"Effect": "Allow", "Action": properties.get("Action"), "Principal": properties.get("Principal")}
    return {**statement, "Condition": limited} if limited else statement


def _managed(logical_id: str, resource: Mapping[str, Any]) -> Iterator[Verdict]:
    properties = resource.get("Properties") or {}
    for arn in _listed(properties.get("ManagedPolicyArns")):
        name = text_of(arn).rpartition("/")[2]
        if ":aws:policy/" in text_of(arn) and name not in MANAGED_POLICIES:
            yield f"{logical_id}: AWS's policy {name} is wider than one function needs", name, _ROLE_FIX


def text_of(value: object) -> str:
    """Give a value with intrinsic functions as the text that they build: `${Orders.Arn}/index/*`."""
    if isinstance(value, str):
        return value
    if not isinstance(value, dict) or len(value) != 1:
        return str(value)
    ((function, argument),) = value.items()
    if function == "Ref":
        return f"${{{argument}}}"
    if function == "Fn::GetAtt":
        return "${" + ".".join(_listed(argument)) + "}"
    if function == "Fn::Sub":
        return str(_listed(argument)[0])
    if function == "Fn::Join":
        return str(argument[0]).join(text_of(part) for part in argument[1])
    return f"${{{function}}}"


def _listed(value: object) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]
