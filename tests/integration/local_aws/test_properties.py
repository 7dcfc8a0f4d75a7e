import pytest
from emulator_process import Account, StackError
from small_stacks import function, needs, part, ref, role, stack


@needs("secret_ref")
def test_ref_of_a_secret_is_its_arn(account: Account) -> None:
    first = account.deploy(stack({"Key": part("SecretsManager::Secret", SecretString="a")}, Arn=ref("Key")))
    second = account.deploy(stack({"Key": part("SecretsManager::Secret", SecretString="b")}, Arn=ref("Key")))

    assert first["Arn"].startswith(f"arn:aws:secretsmanager:eu-central-1:{account.id}:secret:")
    assert second == first
    assert account.client("secretsmanager").get_secret_value(SecretId=first["Arn"])["SecretString"] == "b"
    account.client("cloudformation").delete_stack(StackName="system")
    account.until(lambda: not account.client("secretsmanager").list_secrets()["SecretList"], "the secret to go")


@needs("reserved_concurrency")
def test_reserved_concurrency_is_kept(account: Account) -> None:
    limited = function("", FunctionName="limited", ReservedConcurrentExecutions=2)
    account.deploy(stack({"Role": role("lambda"), "Limited": limited}))

    found = account.client("lambda").get_function_concurrency(FunctionName="limited")
    assert found["ReservedConcurrentExecutions"] == 2


@needs("missing_code")
def test_code_that_is_not_there_fails_the_stack(account: Account) -> None:
    account.put("other.zip", b"")
    lost = function("", Code={"S3Bucket": f"code-{account.id}", "S3Key": "none.zip"})

    with pytest.raises(StackError, match="NoSuchKey"):
        account.deploy(stack({"Role": role("lambda"), "Lost": lost}))


@needs("topic_key")
def test_the_key_of_a_topic_is_kept(account: Account) -> None:
    outputs = account.deploy(stack({"Topic": part("SNS::Topic", KmsMasterKeyId="alias/own")}, Arn=ref("Topic")))

    attributes = account.client("sns").get_topic_attributes(TopicArn=outputs["Arn"])["Attributes"]
    assert attributes["KmsMasterKeyId"] == "alias/own"
