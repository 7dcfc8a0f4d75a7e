from emulator_process import Account
from small_stacks import arn, function, needs, part, ref, role, stack, table

SAVE = """
import boto3, os
def handler(event, context):
    try:
        boto3.client("dynamodb").put_item(TableName=os.environ["TABLE"], Item={"id": {"S": "1"}})
    except Exception:
        return "swallowed"
"""


@needs("iam")
def test_a_signed_call_that_is_denied_is_reported_with_role_action_and_resource(account: Account) -> None:
    parts = {
        "Table": table(),
        "Role": role("lambda", ("dynamodb:GetItem", arn("Table"))),
        "Fn": function(SAVE, FunctionName="save", Environment={"Variables": {"TABLE": ref("Table")}}),
    }
    outputs = account.deploy(stack(parts, Role=arn("Role"), Table=arn("Table")))

    assert account.invoke("save") == "swallowed"

    assert account.report()["denials"] == [
        {
            "account": account.id,
            "how": "identity",
            "principal": outputs["Role"],
            "source": "save",
            "action": "dynamodb:PutItem",
            "resource": outputs["Table"],
            "reason": "no statement allows it",
            "times": 1,
        }
    ]


def test_two_accounts_do_not_see_each_other(account: Account) -> None:
    other = account.emulator.account()
    parts = {
        "Table": table(TableName="things"),
        "Role": role("lambda"),
        "Fn": function(SAVE, FunctionName="save", Environment={"Variables": {"TABLE": "things"}}),
    }
    for each in (account, other):
        each.deploy(stack(parts))

    account.invoke("save")
    account.client("dynamodb").put_item(TableName="things", Item={"id": {"S": "mine"}})

    assert len(account.report()["denials"]) == 1
    assert other.report()["denials"] == []
    assert other.items("things") == []
    assert other.invoke("save") == "swallowed"
    assert other.client("sts").get_caller_identity()["Account"] == other.id


SEND = """
import boto3, os
def handler(event, context):
    entries = [{"Id": "1", "MessageBody": "hello"}]
    return boto3.client("sqs").send_message_batch(QueueUrl=os.environ["QUEUE"], Entries=entries)["Successful"][0]["Id"]
"""


@needs("batch_actions")
def test_a_batch_of_messages_needs_the_permission_for_one(account: Account) -> None:
    parts = {
        "Queue": part("SQS::Queue", QueueName="letters"),
        "Role": role("lambda", ("sqs:SendMessage", arn("Queue"))),
        "Fn": function(SEND, FunctionName="send", Environment={"Variables": {"QUEUE": ref("Queue")}}),
    }
    account.deploy(stack(parts))

    assert account.invoke("send") == "1"
    assert account.report()["denials"] == []


WRITE = """
import boto3
def handler(event, context):
    content = {"Simple": {"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": "you"}}}}
    sent = boto3.client("sesv2").send_email(
        FromEmailAddress="us@example.com", Destination={"ToAddresses": ["you@example.com"]}, Content=content
    )
    return bool(sent["MessageId"])
"""


@needs("letters")
def test_a_letter_needs_the_permission_of_its_sender(account: Account) -> None:
    identity = {"Fn::Sub": "arn:aws:ses:${AWS::Region}:${AWS::AccountId}:identity/us@example.com"}
    parts = {"Role": role("lambda", ("ses:SendEmail", identity)), "Fn": function(WRITE, FunctionName="write")}
    account.deploy(stack(parts))
    account.client("sesv2").create_email_identity(EmailIdentity="us@example.com")

    assert account.invoke("write") is True
    assert account.report()["denials"] == []


KEEP = """
import boto3, os
def handler(event, context):
    s3 = boto3.client("s3")
    s3.put_object(Bucket=os.environ["BUCKET"], Key="a", Body=b"hello")
    return s3.get_object(Bucket=os.environ["BUCKET"], Key="a")["Body"].read().decode()
"""


@needs("tls")
def test_a_bucket_for_calls_over_tls_alone_can_be_used(account: Account) -> None:
    files = {"Fn::Sub": "${Bucket.Arn}/*"}
    plain = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": files,
        "Condition": {"Bool": {"aws:SecureTransport": False}},
    }
    policy = {"Version": "2012-10-17", "Statement": [plain]}
    parts = {
        "Bucket": part("S3::Bucket"),
        "Policy": part("S3::BucketPolicy", Bucket=ref("Bucket"), PolicyDocument=policy),
        "Role": role("lambda", (["s3:PutObject", "s3:GetObject"], files)),
        "Fn": function(KEEP, FunctionName="keep", Environment={"Variables": {"BUCKET": ref("Bucket")}}),
    }
    account.deploy(stack(parts))

    assert account.invoke("keep") == "hello"
    assert account.report()["denials"] == []
