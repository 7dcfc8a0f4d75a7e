"""What the template sees of outside systems: their parameters, secrets and queues, and how code asks them."""

from skafu.blueprint.resolved import ResolvedIntegration, ResolvedOperation, ResolvedService, System
from skafu.generation.aggregate_view import View, constant, sentence
from skafu.generation.features import HTTP_KINDS, asked_integrations, is_signed
from skafu.generation.python_types import quoted
from skafu.generation.statements import right

CLASSES = {
    "http": "HttpIntegration",
    "chat": "HttpIntegration",
    "email": "Mail",
    "sms": "TextMessages",
    "queue": "OutboundQueue",
    "mqtt": "Topics",
    "files": "OutboundFolder",
}
"""Kind of an integration -> the class that asks it."""


def integration_views(service: ResolvedService, system: System) -> list[View]:
    """The outside systems that a service asks or hears from."""
    asked = asked_integrations(service)
    heard = {one.integration: one.kind for one in service.inbound}
    signing = {one.integration for one in service.inbound if is_signed(one)}
    return [
        integration_view(
            one, asked=one.names.pascal in asked, heard=heard.get(one.names.pascal), signs=one.names.pascal in signing
        )
        for one in system.integrations
        if one.names.pascal in asked | heard.keys()
    ]


def integration_view(integration: ResolvedIntegration, *, asked: bool, heard: str | None, signs: bool) -> View:
    """An outside system.

    Args:
        integration: the system.
        asked: the service asks it.
        heard: the kind of the messages that the service gets from it.
        signs: these messages are signed with its secret.
    """
    names, over_http = integration.names, integration.kind in HTTP_KINDS
    snake = constant(names.snake)
    variables = {
        "http": [f"{snake}_BASE_URL"],
        "chat": [f"{snake}_BASE_URL"],
        "email": [f"{snake}_SENDER"],
        "queue": [f"{snake}_QUEUE_URL"],
        "files": [f"{snake}_BUCKET"],
    }.get(integration.kind, [])
    credentials = asked and integration.secret and over_http
    arguments = [names.words.capitalize(), *variables, *([f"{snake}_SECRET"] if credentials else [])]
    return {
        "pascal": names.pascal,
        "kebab": names.kebab,
        "constant": snake,
        "summary": sentence(integration.summary, names.words),
        "kind": integration.kind,
        "asked": asked,
        "class": CLASSES[integration.kind],
        "module": "http_integration" if over_http else "deliveries",
        "arguments": ", ".join(quoted(one) for one in arguments),
        "secret": signs or credentials,
        "parameters": parameters(integration, asked=asked, heard=heard),
        "has_account": integration.kind == "queue" or heard == "file",
    }


def parameters(integration: ResolvedIntegration, *, asked: bool, heard: str | None) -> list[View]:
    """What has to be said about an outside system when the stacks are deployed."""
    pascal, kebab = integration.names.pascal, integration.names.kebab
    found: list[tuple[str, str, str]] = []
    if asked and integration.kind in HTTP_KINDS:
        found.append(("BaseUrl", f"https://{kebab}.invalid", f"Where {pascal} answers."))
    if asked and integration.kind == "email":
        says = f"The address that {pascal} sends from; SES must have verified it or its domain."
        found.append(("Sender", f"{kebab}@example.com", says))
    if heard == "email":
        says = f"The address that letters to {pascal} are sent to; its domain must lead to SES."
        found.append(("Address", f"{kebab}@example.com", says))
    if integration.kind == "queue" or heard == "file":
        place = "its queues" if integration.kind == "queue" else "its inbox"
        found.append(("Account", '""', f"The AWS account of {pascal}, which may use {place}; empty for none."))
    return [{"name": f"{pascal}{name}", "default": default, "description": says} for name, default, says in found]


def system_parameters(system: System) -> list[View]:
    """The parameters of all outside systems, each once."""
    found = {one["name"]: one for service in system.services for one in service_parameters(service, system)}
    return list(found.values())


def service_parameters(service: ResolvedService, system: System) -> list[View]:
    """The parameters of the outside systems of a service."""
    return [parameter for one in integration_views(service, system) for parameter in one["parameters"]]


def environment_of(integration: ResolvedIntegration) -> dict[str, str]:
    """The environment of a function that asks an outside system."""
    pascal, snake = integration.names.pascal, constant(integration.names.snake)
    match integration.kind:
        case "http" | "chat":
            own = {
                f"{snake}_BASE_URL": f"!Ref {pascal}BaseUrl",
                "CALL_SECONDS": "!FindInMap [Stages, !Ref Stage, CallSeconds]",
            }
            return own | ({f"{snake}_SECRET": f"!Ref {pascal}Secret"} if integration.secret else {})
        case "email":
            return {f"{snake}_SENDER": f"!Ref {pascal}Sender"}
        case "queue":
            return {f"{snake}_QUEUE_URL": f"!Ref {pascal}Queue"}
        case "files":
            return {f"{snake}_BUCKET": f"!Ref {pascal}Bucket"}
        case _:
            return {}


def rights_of(integration: ResolvedIntegration, operation: ResolvedOperation) -> list[View]:
    """What a function that asks an outside system may do: exact actions on exact resources."""
    pascal = integration.names.pascal
    match integration.kind:
        case "http" | "chat":
            return [right("secretsmanager:GetSecretValue", f"!Ref {pascal}Secret")] if integration.secret else []
        case "email":
            return [right("ses:SendEmail", _identities(pascal))]
        case "sms":
            # A phone is no resource of AWS: the right can't name one, it can only leave out topics and other regions.
            topics = right("sns:Publish", "!Sub arn:${AWS::Partition}:sns:*:*:*", effect="Deny")
            region = "{StringEquals: {aws:RequestedRegion: !Ref AWS::Region}}"
            return [right("sns:Publish", '"*"', condition=region), topics]
        case "queue":
            return [right("sqs:SendMessage", f"!GetAtt {pascal}Queue.Arn")]
        case "mqtt":
            topic, field, _ = place_of(integration, operation).partition("{")
            return [right("iot:Publish", f"!Sub {_arn('iot')}:topic/{topic}{'*' if field else ''}")]
        case _:
            return [right("s3:PutObject", f"!Sub ${{{pascal}Bucket.Arn}}/*")]


def _arn(service: str) -> str:
    return f"arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}"


def _identities(pascal: str) -> str:
    domain = f'!Select [1, !Split ["@", !Ref {pascal}Sender]]'
    identity = f"{_arn('ses')}:identity"
    return f'[!Sub "{identity}/${{{pascal}Sender}}", !Sub ["{identity}/${{Domain}}", {{Domain: {domain}}}]]'


def place_of(integration: ResolvedIntegration, operation: ResolvedOperation) -> str:
    """The topic or folder of an operation: its path, or the names of both."""
    return operation.path.strip("/") or f"{integration.names.kebab}/{operation.names.kebab}"
