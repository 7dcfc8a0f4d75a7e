"""A project holds what its blueprint asks for, and nothing else."""

import re
from collections.abc import Callable

import pytest
from generated_projects import EXAMPLES, NAMES, tree_of

from skafu.blueprint import System, resolve
from skafu.bootstrap import read_blueprint
from skafu.generation.features import asked_kinds, features_view

Asks = Callable[[System], object]


def _any(kind: str) -> Asks:
    return lambda system: [one for service in system.services for one in getattr(service, kind)]


def _stores(store: str) -> Asks:
    return lambda system: [one for service in system.services for one in service.aggregates if one.store == store]


def _inbound(*kinds: str) -> Asks:
    return lambda system: [one for service in system.services for one in service.inbound if one.kind in kinds]


def _kind(kind: str) -> Asks:
    return lambda system: kind in asked_kinds(system)


def _schedules(system: System) -> bool:
    return any(timer.schedule for service in system.services for timer in service.timers)


MARKS: dict[str, tuple[str, Asks]] = {
    "HTTP API": (r"AWS::ApiGatewayV2::Api\b", lambda system: system.api == "http"),
    "REST API": (r"AWS::Serverless::Api\b", lambda system: system.api == "rest"),
    "web application firewall": (r"AWS::WAFv2", lambda system: system.api == "rest"),
    "self-sign-up": (r"PostConfirmation", lambda system: system.sign_up),
    "workflows": (r"states:|StateMachine|\.asl\.json", _any("workflows")),
    "repeated schedules": (r"AWS::Scheduler::Schedule\b", _schedules),
    "schedules": (
        r"(?i)scheduler|ScheduleGroup",
        lambda system: features_view(system)["long_timers"] or _schedules(system),
    ),
    "calls of outside systems": (r"shared\.integrations", _any("calls")),
    "calls over HTTP": (r"urllib3", lambda system: features_view(system)["http_integrations"]),
    "letters": (r"(?i)sesv2|ses:SendEmail", _kind("email")),
    "text messages": (r"(?i)PhoneNumber", _kind("sms")),
    "secrets": (r"(?i)secretsmanager", lambda system: features_view(system)["credentials"]),
    "webhooks": (r"def webhook", _inbound("webhook")),
    "signatures": (r"(?i)hmac", lambda system: features_view(system)["signed_webhooks"]),
    "messages of devices": (r"AWS::IoT::TopicRule", _inbound("mqtt")),
    "files": (r"shared\.files", lambda system: features_view(system)["files"]),
    "stored state": (r"state_store", _stores("state")),
    "logs": (r"log_store", _stores("log")),
    "read models": (r"(?i)projector", _any("queries")),
    "policies": (r"test_policies", lambda system: _any("policies")(system) or _any("timers")(system)),
    "money": (r"shared\.money|class Money", lambda system: "money" in str(system)),
    "personal data": (r"AWS::KMS::Alias", lambda system: "personal=True" in str(system)),
}
"""What a system may ask for -> the mark that it leaves in a project, and whether a system asks for it."""
EVERYWHERE = re.compile(r"^(bootstrap/|uv\.lock$|pyproject\.toml$|skafu\.yaml$|\.skafu/|\.gitignore$)")
"""Files that hold rights of deployment, tools and the blueprint, whatever they say."""


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_there_that_was_not_asked_for(name: str) -> None:
    system = resolve(read_blueprint(EXAMPLES / name / "skafu.yaml").blueprint)
    tree = tree_of(name)
    said = {path: f"{path}\n{file.content.decode()}" for path, file in tree.items() if not EVERYWHERE.match(path)}
    for mark, (pattern, asks) in MARKS.items():
        found = [path for path, text in said.items() if re.search(pattern, text)]
        assert bool(found) == bool(asks(system)), f"{mark} in {name}: {found}"
