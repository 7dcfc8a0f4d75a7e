from emulator_process import Account
from small_stacks import Part, arn, function, needs, part, permission, ref, role, stack

ECHO = "def handler(event, context): return {'statusCode': 200, 'body': event['routeKey']}"


def _integration(function_id: str = "Fn") -> Part:
    uri = {
        "Fn::Sub": "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${"
        + function_id
        + ".Arn}/invocations"
    }
    return {"x-amazon-apigateway-integration": {"type": "aws_proxy", "uri": uri, "payloadFormatVersion": "2.0"}}


def _api(paths: Part, **body: object) -> Part:
    document = {"openapi": "3.0.1", "info": {"title": "shop", "version": "1"}, "paths": paths, **body}
    return part("ApiGatewayV2::Api", Body=document)


def _system(api: Part, **more: Part) -> Part:
    parts = {
        "Role": role("lambda"),
        "Fn": function(ECHO),
        "Permission": permission("Fn", "apigateway"),
        "Api": api,
        "Stage": part("ApiGatewayV2::Stage", ApiId=ref("Api"), StageName="$default", AutoDeploy=True),
    }
    return stack({**parts, **more}, Api=ref("Api"))


def _call(account: Account, api: str, method: str, path: str, **headers: str) -> tuple[int, object]:
    answer = account.emulator.ask(method, f"/_aws/execute-api/{api}{path}", headers=headers)
    return answer.status, answer.body


@needs("http_body")
def test_routes_come_from_the_document_on_create_and_on_update(account: Account) -> None:
    first = {"/books": {"get": _integration()}, "/books/{id}": {"x-amazon-apigateway-any-method": _integration()}}
    api = account.deploy(_system(_api(first)))["Api"]

    assert _call(account, api, "GET", "/books") == (200, "GET /books")
    assert _call(account, api, "PATCH", "/books/7") == (200, "ANY /books/{id}")
    assert _call(account, api, "POST", "/books")[0] == 404

    account.deploy(_system(_api({"/books": {"post": _integration()}})))

    assert _call(account, api, "POST", "/books") == (200, "POST /books")
    assert _call(account, api, "GET", "/books")[0] == 404


@needs("http_body")
def test_security_at_the_top_counts_unless_an_operation_has_its_own(account: Account) -> None:
    pool = part("Cognito::UserPool", UserPoolName="people")
    client = part("Cognito::UserPoolClient", UserPoolId=ref("Pool"), ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"])
    scheme = {
        "type": "oauth2",
        "x-amazon-apigateway-authorizer": {
            "type": "jwt",
            "identitySource": "$request.header.Authorization",
            "jwtConfiguration": {
                "issuer": {"Fn::Sub": "https://cognito-idp.${AWS::Region}.amazonaws.com/${Pool}"},
                "audience": [ref("Client")],
            },
        },
    }
    api = _api(
        {"/closed": {"get": _integration()}, "/open": {"get": {**_integration(), "security": []}}},
        components={"securitySchemes": {"people": scheme}},
        security=[{"people": []}],
    )
    template = _system(api, Pool=pool, Client=client)
    template["Outputs"] |= {"Pool": {"Value": ref("Pool")}, "Client": {"Value": ref("Client")}}
    outputs = account.deploy(template)
    token = _token(account, outputs["Pool"], outputs["Client"])

    assert _call(account, outputs["Api"], "GET", "/open")[0] == 200
    assert _call(account, outputs["Api"], "GET", "/closed")[0] == 401
    assert _call(account, outputs["Api"], "GET", "/closed", Authorization="Bearer junk")[0] == 401
    assert _call(account, outputs["Api"], "GET", "/closed", Authorization=f"Bearer {token}")[0] == 200


def _token(account: Account, pool: str, client: str) -> str:
    cognito, password = account.client("cognito-idp"), "Sec-ret-123456"
    cognito.admin_create_user(UserPoolId=pool, Username="ann", TemporaryPassword=password)
    cognito.admin_set_user_password(UserPoolId=pool, Username="ann", Password=password, Permanent=True)
    signed_in = cognito.initiate_auth(
        ClientId=client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ann", "PASSWORD": password},
    )
    token: str = signed_in["AuthenticationResult"]["AccessToken"]
    return token


@needs("http_stage")
def test_a_stage_throttles_and_writes_its_access_log(account: Account) -> None:
    stage = part(
        "ApiGatewayV2::Stage",
        ApiId=ref("Api"),
        StageName="$default",
        AutoDeploy=True,
        DefaultRouteSettings={"ThrottlingRateLimit": 0.001, "ThrottlingBurstLimit": 2},
        AccessLogSettings={"DestinationArn": arn("Log"), "Format": '{"route": "$context.routeKey $context.status"}'},
    )
    system = _system(
        _api({"/books": {"get": _integration()}}), Stage=stage, Log=part("Logs::LogGroup", LogGroupName="access")
    )
    api = account.deploy(system)["Api"]

    assert [_call(account, api, "GET", "/books")[0] for _ in range(3)] == [200, 200, 429]
    events = account.client("logs").filter_log_events(logGroupName="access")["events"]
    lines = [event["message"] for event in events]
    assert lines == [f'{{"route": "GET /books {status}"}}' for status in (200, 200, 429)]


@needs("api_permission")
def test_an_api_without_permission_to_invoke_answers_500_and_is_reported(account: Account) -> None:
    of_other_api = permission("Fn", "apigateway")
    of_other_api["Properties"]["SourceArn"] = f"arn:aws:execute-api:eu-central-1:{account.id}:other/*"
    api = account.deploy(_system(_api({"/books": {"get": _integration()}}), Permission=of_other_api))["Api"]

    assert _call(account, api, "GET", "/books")[0] == 500
    [denial] = account.report()["denials"]
    assert (denial["how"], denial["principal"], denial["action"]) == (
        "resource_policy",
        "apigateway.amazonaws.com",
        "lambda:InvokeFunction",
    )
    assert denial["source"] == f"arn:aws:execute-api:eu-central-1:{account.id}:{api}/$default/GET/books"


@needs("api_account")
def test_an_api_is_found_in_whatever_account_it_is(account: Account) -> None:
    api = account.deploy(_system(_api({"/books": {"get": _integration()}})))["Api"]

    assert _call(account, api, "GET", "/books") == (200, "GET /books")
