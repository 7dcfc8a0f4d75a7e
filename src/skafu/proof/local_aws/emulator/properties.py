"""Properties of stack resources that MiniStack accepts and drops, or does not check."""

from ministack.services import lambda_svc, s3, sns
from ministack.services.cloudformation import provisioners

from .patching import Patches, Props, Provisioned, after_provisioning, before_provisioning


def give_secret_arn_as_ref() -> None:
    """`Ref` of a secret.

    AWS: gives the ARN. MiniStack: gives the name, so a policy built on it allows nothing.
    Patch: the ARN is the physical id.
    """
    handler = provisioners._RESOURCE_HANDLERS["AWS::SecretsManager::Secret"]

    def name_of(physical_id: str) -> str:
        # The service ends the name part of an ARN with a dash and six random characters.
        return physical_id.split(":secret:")[1].rsplit("-", 1)[0] if ":secret:" in physical_id else physical_id

    def create(logical_id: str, props: Props, stack: str) -> Provisioned:
        attributes = handler["create"](logical_id, props, stack)[1]
        return attributes["Arn"], attributes

    def update(physical_id: str, old: Props, new: Props, stack: str, logical_id: str | None = None) -> Provisioned:
        attributes = handler["update"](name_of(physical_id), old, new, stack, logical_id)[1]
        return attributes["Arn"], attributes

    def delete(physical_id: str, props: Props) -> None:
        handler["delete"](name_of(physical_id), props)

    provisioners._RESOURCE_HANDLERS["AWS::SecretsManager::Secret"] = {
        **handler,
        "create": create,
        "update": update,
        "delete": delete,
    }


def reserve_concurrency() -> None:
    """`ReservedConcurrentExecutions` of a function.

    AWS: at most so many at once; the rest is throttled. MiniStack: drops the property. Patch: it is set.
    """

    def set_concurrency(name: str, props: Props) -> None:
        reserved = props.get("ReservedConcurrentExecutions")
        if reserved is not None:
            lambda_svc._put_function_concurrency(name, {"ReservedConcurrentExecutions": int(reserved)})

    after_provisioning("AWS::Lambda::Function", set_concurrency)


def refuse_missing_code() -> None:
    """Code of a function in S3.

    AWS: the stack fails when the object is not there. MiniStack: makes a function that answers "Mock response".
    Patch: the stack fails.
    """

    def check(props: Props) -> Props:
        code = props.get("Code") or {}
        bucket, key = code.get("S3Bucket"), code.get("S3Key")
        if bucket and s3._get_object_data(bucket, key) is None:
            raise ValueError(f"Error occurred while GetObject. S3 Error Code: NoSuchKey ({bucket}/{key})")
        return props

    before_provisioning("AWS::Lambda::Function", check)


def keep_topic_key() -> None:
    """`KmsMasterKeyId` of a topic.

    AWS: the topic is encrypted and says so. MiniStack: drops the property. Patch: it is an attribute of the topic.
    """

    def set_key(arn: str, props: Props) -> None:
        if props.get("KmsMasterKeyId"):
            sns._topics[arn]["attributes"]["KmsMasterKeyId"] = props["KmsMasterKeyId"]

    after_provisioning("AWS::SNS::Topic", set_key)


PATCHES: Patches = {
    "secret_ref": give_secret_arn_as_ref,
    "reserved_concurrency": reserve_concurrency,
    "missing_code": refuse_missing_code,
    "topic_key": keep_topic_key,
}
