import json

import pytest
from emulator_process import Account, StackError, zipped
from small_stacks import arn, event, needs, part, ref, stack, table


@needs("archive")
def test_an_archive_in_a_stack_keeps_events(account: Account) -> None:
    bus = f"arn:aws:events:eu-central-1:{account.id}:event-bus/default"
    account.deploy(stack({"Archive": part("Events::Archive", ArchiveName="all", SourceArn=bus, RetentionDays=3)}))

    account.client("events").put_events(Entries=[event("Ordered")])

    archive = account.client("events").describe_archive(ArchiveName="all")
    assert (archive["EventCount"], archive["RetentionDays"]) == (1, 3)
    account.client("cloudformation").delete_stack(StackName="system")
    account.until(lambda: not account.client("events").list_archives()["Archives"], "the archive to go")


@needs("placeholders")
def test_a_type_that_is_not_emulated_becomes_a_reported_placeholder(account: Account) -> None:
    account.deploy(stack({"Budget": part("Budgets::Budget", Budget={}), "Table": table()}))

    [placeholder] = account.report()["placeholders"]
    assert (placeholder["stack"], placeholder["logical_id"], placeholder["type"]) == (
        "system",
        "Budget",
        "AWS::Budgets::Budget",
    )


def test_a_type_that_nobody_has_is_an_error(account: Account) -> None:
    with pytest.raises(Exception, match="Unrecognized resource types"):
        account.deploy(stack({"Function": part("Serverless::Funktion")}))


@needs("nested_sam")
def test_sam_in_a_nested_stack_is_expanded(account: Account) -> None:
    code = {"Bucket": f"code-{account.id}", "Key": "code.zip"}
    account.put("code.zip", zipped({"index.py": "def handler(event, context):\n    return event"}))
    properties = {"Runtime": "python3.13", "Handler": "index.handler", "CodeUri": code, "AutoPublishAlias": "live"}
    inner = {
        "Transform": "AWS::Serverless-2016-10-31",
        **stack({"Echo": {"Type": "AWS::Serverless::Function", "Properties": properties}}, Name=ref("Echo")),
    }
    url = account.put("inner.json", json.dumps(inner).encode())

    outputs = account.deploy(stack({"Inner": part("CloudFormation::Stack", TemplateURL=url)}, Name=_inner("Name")))

    assert account.invoke(f"{outputs['Name']}:live", [1]) == [1]


@needs("nested_update")
def test_a_nested_stack_can_be_updated(account: Account) -> None:
    def root(note: str) -> dict[str, object]:
        inner = stack({"Table": table(), "Note": part("SSM::Parameter", Type="String", Value=note)}, Arn=arn("Table"))
        url = account.put(f"{note}.json", json.dumps(inner).encode())
        return stack({"Inner": part("CloudFormation::Stack", TemplateURL=url)}, Arn=_inner("Arn"))

    first = account.deploy(root("one"))
    second = account.deploy(root("two"))

    assert second == first
    assert first["Arn"].startswith("arn:aws:dynamodb:")


@needs("nested_references")
def test_a_nested_stack_resolves_references_to_parameters_and_secrets(account: Account) -> None:
    account.client("ssm").put_parameter(Name="/colour", Type="String", Value="green")
    account.client("secretsmanager").create_secret(Name="login", SecretString='{"password": "s3cret"}')
    shown = "{{resolve:ssm:/colour}} {{resolve:secretsmanager:login:SecretString:password}}"
    inner = stack({"Shown": part("SSM::Parameter", Name="/shown", Type="String", Value=shown)})
    url = account.put("inner.json", json.dumps(inner).encode())

    account.deploy(stack({"Inner": part("CloudFormation::Stack", TemplateURL=url)}))

    assert account.client("ssm").get_parameter(Name="/shown")["Parameter"]["Value"] == "green s3cret"


def test_a_nested_stack_that_fails_fails_the_system_with_the_reason(account: Account) -> None:
    inner = stack({"Map": part("Lambda::EventSourceMapping", FunctionName="none", EventSourceArn="x")})
    inner["Resources"]["Archive"] = part("Events::Archive", SourceArn="x", EventPattern={"source": "no list"})
    url = account.put("inner.json", json.dumps(inner).encode())

    with pytest.raises(StackError, match="Event pattern is not valid"):
        account.deploy(stack({"Inner": part("CloudFormation::Stack", TemplateURL=url)}))


def _inner(output: str) -> dict[str, list[str]]:
    return {"Fn::GetAtt": ["Inner", f"Outputs.{output}"]}
