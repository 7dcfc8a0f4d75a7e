import pytest
from botocore.exceptions import ClientError
from emulator_process import Account
from small_stacks import needs, part, ref, stack

WORD = "Sec-ret-123456"


def _pool(account: Account, **properties: object) -> dict[str, str]:
    flows = ["ALLOW_USER_PASSWORD_AUTH"]
    client = part("Cognito::UserPoolClient", UserPoolId=ref("Pool"), ExplicitAuthFlows=flows)
    pool = part("Cognito::UserPool", **properties)
    return account.deploy(stack({"Pool": pool, "Client": client}, Pool=ref("Pool"), Client=ref("Client")))


@needs("cognito_account")
def test_a_browser_signs_in_without_aws_credentials(account: Account) -> None:
    outputs = _pool(account)
    cognito = account.client("cognito-idp")
    cognito.admin_create_user(UserPoolId=outputs["Pool"], Username="ann", TemporaryPassword=WORD)
    cognito.admin_set_user_password(UserPoolId=outputs["Pool"], Username="ann", Password=WORD, Permanent=True)

    answer = account.emulator.ask(
        "POST",
        "/",
        {
            "ClientId": outputs["Client"],
            "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": {"USERNAME": "ann", "PASSWORD": WORD},
        },
        {
            "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
            "Content-Type": "application/x-amz-json-1.1",
        },
    )

    assert answer.status == 200
    assert answer.body["AuthenticationResult"]["AccessToken"]


@needs("sign_up")
def test_sign_up_is_refused_where_only_administrators_create_users(account: Account) -> None:
    outputs = _pool(account, AdminCreateUserConfig={"AllowAdminCreateUserOnly": True})

    with pytest.raises(ClientError, match="SignUp is not permitted"):
        account.client("cognito-idp").sign_up(ClientId=outputs["Client"], Username="bob", Password=WORD)

    assert account.client("cognito-idp").list_users(UserPoolId=outputs["Pool"])["Users"] == []


def test_sign_up_works_where_it_is_allowed(account: Account) -> None:
    outputs = _pool(account)

    account.client("cognito-idp").sign_up(ClientId=outputs["Client"], Username="bob", Password=WORD)

    [user] = account.client("cognito-idp").list_users(UserPoolId=outputs["Pool"])["Users"]
    assert user["Username"] == "bob"
