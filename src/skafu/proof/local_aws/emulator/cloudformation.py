"""CloudFormation: resource types, nested stacks and transforms that MiniStack leaves out."""

import json
import os
import threading
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudformation as stacks_store
from ministack.services import eventbridge
from ministack.services.cloudformation import changesets, engine, handlers, helpers, provisioners, stacks

from . import report
from .patching import Patches, Props, Provisioned, answer_of, before_provisioning, wrap

# These are CloudFormation's own or must have been transformed away: a type unknown among them is a template error.
NEVER_PLACEHOLDERS = ("AWS::CloudFormation::", "AWS::Serverless::")


def emulate_archives() -> None:
    """Event archives in stacks.

    AWS: `AWS::Events::Archive` is a resource type. MiniStack: has archives in its API, not in CloudFormation.
    Patch: the type creates and deletes them through the API's functions.
    """

    def create(logical_id: str, props: Props, stack: str) -> Provisioned:
        name = props.get("ArchiveName") or f"{stack}-{logical_id}"[:48]
        pattern = props.get("EventPattern")
        made = eventbridge._create_archive(
            {
                "ArchiveName": name,
                "EventSourceArn": props["SourceArn"],
                "EventPattern": json.dumps(pattern) if pattern else "",
                "RetentionDays": int(props.get("RetentionDays", 0)),
            }
        )
        answer = answer_of(made)
        if made[0] >= 400:
            raise ValueError(f"AWS::Events::Archive: {answer.get('message')}")
        return name, {"Arn": answer["ArchiveArn"], "ArchiveName": name}

    def update(physical_id: str, _old: Props, new: Props, _stack: str) -> Provisioned:
        changed = {"ArchiveName": physical_id, "RetentionDays": int(new.get("RetentionDays", 0))}
        if new.get("EventPattern"):
            changed["EventPattern"] = json.dumps(new["EventPattern"])
        arn = answer_of(eventbridge._update_archive(changed))["ArchiveArn"]
        return physical_id, {"Arn": arn, "ArchiveName": physical_id}

    def delete(physical_id: str, _props: Props) -> None:
        eventbridge._delete_archive({"ArchiveName": physical_id})

    provisioners._RESOURCE_HANDLERS["AWS::Events::Archive"] = {"create": create, "update": update, "delete": delete}


class _WithPlaceholders(dict[str, Any]):
    """The table of resource types, where an unknown `AWS::` type is a placeholder."""

    def get(self, kind: str, default: Any = None) -> Any:
        known = super().get(kind)
        if known is None and kind.startswith("AWS::") and not kind.startswith(NEVER_PLACEHOLDERS):
            known = self[kind] = _placeholder(kind)
        return default if known is None else known

    def __contains__(self, kind: object) -> bool:
        return isinstance(kind, str) and self.get(kind) is not None


def _placeholder(kind: str) -> Props:
    def create(logical_id: str, _props: Props, stack: str) -> Provisioned:
        report.placeholder(stack, logical_id, kind)
        arn = f"arn:aws:placeholder:{get_region()}:{get_account_id()}:{logical_id}"
        return f"{stack}-{logical_id}", {"Arn": arn, "Id": logical_id}

    def keep(physical_id: str, _old: Props, _new: Props, _stack: str) -> Provisioned:
        return physical_id, {}

    return {"create": create, "update": keep, "delete": lambda _physical_id, _props: None}


def accept_unknown_types() -> None:
    """Placeholders for types that are not emulated.

    AWS: knows the type. MiniStack: refuses the whole template. Patch: the resource exists in name only and is
    reported, so that the rest can be proven and this one is listed as not proven.
    """
    table = _WithPlaceholders(provisioners._RESOURCE_HANDLERS)
    provisioners._RESOURCE_HANDLERS = table
    changesets._RESOURCE_HANDLERS = table


def transform_nested_sam() -> None:
    """SAM in nested stacks, and several deployments at once.

    AWS: expands `AWS::Serverless` resources in every stack. MiniStack: in the root template only; and the transform
    reads the region from the environment, where two deployments at once disturb each other ("AWS Region cannot be
    found"). Patch: nested templates are expanded as they are read; one transform at a time.
    """
    lock = threading.RLock()
    os.environ.setdefault("AWS_DEFAULT_REGION", os.environ.get("MINISTACK_REGION", "us-east-1"))

    def one_at_a_time(original: Any) -> Any:
        def apply_transforms(*given: Any, **named: Any) -> Any:
            with lock:
                return original(*given, **named)

        return apply_transforms

    wrap(engine, "_apply_transforms", one_at_a_time)
    for module in (handlers, changesets):
        module._apply_transforms = engine._apply_transforms

    def expanded(original: Any) -> Any:
        def resolve_template(params: Props) -> tuple[Any, Any]:
            body, error = original(params)
            if error or not body or engine._SAM_TRANSFORM not in body:
                return body, error
            template = engine._apply_transforms(engine._parse_template(body))
            template.pop("Transform", None)
            return json.dumps(template, default=str), None

        return resolve_template

    # Nested stacks look the function up in `helpers` each time; root stacks hold their own reference.
    wrap(helpers, "_resolve_template", expanded)


def keep_attributes_of_unchanged_resources() -> None:
    """Updates of nested stacks.

    AWS: a resource that did not change keeps its attributes. MiniStack: forgets them in nested stacks, so
    `Fn::GetAtt` fails ("Requested attribute Arn does not exist") and with it `update_stack`.
    Patch: the attributes that the stack holds are handed on.
    """

    def remembering(original: Any) -> Any:
        def update_resource(
            kind: str,
            physical_id: str,
            old: Props,
            new: Props,
            stack: str,
            logical_id: str | None = None,
            attributes: Props | None = None,
        ) -> Any:
            if attributes is None:
                held = (stacks_store._stacks.get(stack) or {}).get("_resources", {}).get(logical_id) or {}
                attributes = held.get("Attributes")
            return original(kind, physical_id, old, new, stack, logical_id, attributes)

        return update_resource

    wrap(provisioners, "_update_resource", remembering)
    stacks._update_resource = provisioners._update_resource


def resolve_nested_references() -> None:
    """`{{resolve:ssm:...}}` and `{{resolve:secretsmanager:...}}` in nested stacks.

    AWS: resolves them in every stack. MiniStack: in root stacks only, nested ones get the literal.
    Patch: the properties of every resource are resolved as it is created or updated; in a root stack nothing is left
    to resolve.
    """

    def resolved(props: Props) -> Props:
        found: Props = engine._resolve_dynamic_references(props)[0]
        return found

    for kind in [kind for kind in provisioners._RESOURCE_HANDLERS if not kind.startswith("AWS::CloudFormation::")]:
        if "create" in provisioners._RESOURCE_HANDLERS[kind]:
            before_provisioning(kind, resolved)


PATCHES: Patches = {
    "archive": emulate_archives,
    "nested_sam": transform_nested_sam,
    "nested_update": keep_attributes_of_unchanged_resources,
    "nested_references": resolve_nested_references,
    "placeholders": accept_unknown_types,
}
