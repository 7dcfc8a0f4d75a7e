import json

from emulator_process import Account, Answer, Json
from small_stacks import Part, arn, function, needs, part, permission, ref, role, stack

ECHO = "def handler(event, context): return {'statusCode': 200, 'body': event['body'] or ''}"
PROXY = {
    "type": "aws_proxy",
    "httpMethod": "POST",
    "uri": {"Fn::Sub": "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations"},
}
VALIDATORS = {"all": {"validateRequestBody": True, "validateRequestParameters": True}}
BOOK = {"type": "object", "required": ["title"], "properties": {"title": {"type": "string", "minLength": 2}}}


def _system(paths: Part, **more: Part) -> Part:
    document = {
        "openapi": "3.0.1",
        "info": {"title": "shop", "version": "1"},
        "components": {"schemas": {"Book": BOOK}},
        "x-amazon-apigateway-request-validators": VALIDATORS,
        "x-amazon-apigateway-request-validator": "all",
        "paths": paths,
    }
    parts = {
        "Role": role("lambda"),
        "Fn": function(ECHO),
        "Permission": permission("Fn", "apigateway"),
        "Api": part("ApiGateway::RestApi", Body=document),
        "Deployment": part("ApiGateway::Deployment", RestApiId=ref("Api")),
        "Stage": part("ApiGateway::Stage", RestApiId=ref("Api"), DeploymentId=ref("Deployment"), StageName="v1"),
    }
    return stack({**parts, **more}, Api=ref("Api"))


def _call(account: Account, api: str, method: str, path: str, body: Json = None) -> Answer:
    return account.emulator.ask(method, f"/_aws/execute-api/{api}/v1{path}", body)


@needs("rest_import")
def test_bodies_and_parameters_are_validated_as_the_document_says(account: Account) -> None:
    book = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Book"}}}}
    page = {"name": "page", "in": "query", "required": True}
    paths = {
        "/books": {
            "post": {"requestBody": book, "x-amazon-apigateway-integration": PROXY},
            "get": {"parameters": [page], "x-amazon-apigateway-integration": PROXY},
        }
    }
    api = account.deploy(_system(paths))["Api"]

    assert _call(account, api, "POST", "/books", {"title": "Emma"}).status == 200
    assert _call(account, api, "POST", "/books", {"title": "E"}).status == 400
    assert _call(account, api, "POST", "/books", {}).body == {"message": "Invalid request body"}
    assert _call(account, api, "GET", "/books?page=1").status == 200
    assert _call(account, api, "GET", "/books").status == 400


@needs("rest_import")
def test_the_gateway_answers_bad_requests_as_the_document_says(account: Account) -> None:
    book = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Book"}}}}
    paths = {"/books": {"post": {"requestBody": book, "x-amazon-apigateway-integration": PROXY}}}
    system = _system(paths)
    answer = {"statusCode": "422", "responseTemplates": {"application/json": '{"why": $context.error.messageString}'}}
    system["Resources"]["Api"]["Properties"]["Body"]["x-amazon-apigateway-gateway-responses"] = {
        "BAD_REQUEST_BODY": answer
    }
    api = account.deploy(system)["Api"]

    refused = _call(account, api, "POST", "/books", {})
    assert (refused.status, refused.body) == (422, {"why": "Invalid request body"})


@needs("api_permission")
def test_a_rest_api_needs_the_permission_to_invoke(account: Account) -> None:
    only_events = permission("Fn", "events")
    system = _system({"/books": {"get": {"x-amazon-apigateway-integration": PROXY}}}, Permission=only_events)
    api = account.deploy(system)["Api"]

    assert _call(account, api, "GET", "/books").status == 500
    assert [action for action, _ in account.denials()] == ["lambda:InvokeFunction"]


@needs("rest_services")
def test_a_request_starts_a_state_machine_under_the_role_of_the_integration(account: Account) -> None:
    template = '{"stateMachineArn": "${Machine}", "input": "$util.escapeJavaScript($input.json(\'$\'))"}'
    start = {
        "type": "aws",
        "httpMethod": "POST",
        "uri": {"Fn::Sub": "arn:aws:apigateway:${AWS::Region}:states:action/StartExecution"},
        "credentials": arn("ApiRole"),
        "requestTemplates": {"application/json": {"Fn::Sub": template}},
        "responses": {"default": {"statusCode": "200"}, "4\\d\\d": {"statusCode": "403"}},
    }
    machine = part(
        "StepFunctions::StateMachine",
        RoleArn=arn("MachineRole"),
        Definition={"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}},
    )
    more = {"MachineRole": role("states"), "Machine": machine, "ApiRole": role("apigateway")}
    system = _system({"/orders": {"post": {"x-amazon-apigateway-integration": start}}}, **more)
    system["Outputs"]["Machine"] = {"Value": ref("Machine")}
    outputs = account.deploy(system)

    assert _call(account, outputs["Api"], "POST", "/orders", {"id": 'a "b"'}).status == 403
    assert account.denials() == [("states:StartExecution", outputs["Machine"])]

    system["Resources"]["ApiRole"] = role("apigateway", ("states:StartExecution", ref("Machine")))
    account.deploy(system)
    answer = _call(account, outputs["Api"], "POST", "/orders", {"id": 'a "b"'})

    assert answer.status == 200
    found = account.client("stepfunctions").describe_execution(executionArn=answer.body["executionArn"])
    assert json.loads(found["input"]) == {"id": 'a "b"'}
