"""Alert rules and their alerts."""

from datetime import timedelta
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Path, Query, Response

from skafu.contexts.observability.api.schemas import AlarmView, AlertView, MuteBody, NoteBody, RuleBody
from skafu.contexts.observability.application.aggregates import ALERT_RULE
from skafu.contexts.observability.application.alerts import ALERTS, RULES
from skafu.contexts.observability.domain.alert_rule import AlertRule, AlertRuleMissing
from skafu.contexts.observability.domain.commands import (
    AcknowledgeAlert,
    ChangeAlertRule,
    DefineAlertRule,
    MuteAlerts,
    RemoveAlertRule,
    ResolveAlert,
    UnmuteAlerts,
)
from skafu.contexts.observability.domain.events import RuleSettings
from skafu.kernel.events import Command
from skafu.storage.ledger import Ledger
from skafu.web_api.calls import Call, DeveloperCall, IfMatch, ViewerCall
from skafu.web_api.envelope import Answer, Listing, answer, errors_documented, listing, nothing
from skafu.web_api.paging import Created, Fields, Pages

RuleId = Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]{0,62}$", description="The rule.")]


def alarm_routes(routes: APIRouter, ledger: Ledger) -> None:
    """Reading rules."""

    @routes.get(
        "/observability/alarms",
        response_model=Listing[AlarmView],
        responses=errors_documented(),
        summary="Alert rules and how they stand",
    )
    async def list_alarms(
        call: ViewerCall,
        page: Pages,
        fields: Fields,
        state: Annotated[Literal["OK", "ALARM"] | None, Query(description="Only those that stand so.")] = None,
    ) -> Response:
        """By title."""
        question = page.question(sorts={"title": ("title",)}, default="title", state=state)
        found = await ledger.documents.find(call.tenant, RULES, question)
        rows = [alarm_view(each.key, msgspec.convert(each.body["rule"], AlertRule)) for each in found.documents]
        return listing(call, rows, limit=page.limit, following=found.next, fields=fields)

    @routes.get(
        "/observability/alarms/{rule_id}",
        response_model=Answer[AlarmView],
        responses=errors_documented(404),
        summary="An alert rule",
    )
    async def get_alarm(call: ViewerCall, rule_id: RuleId, fields: Fields) -> Response:
        """A rule, and its alert while there is one."""
        rule, version = await _rule(ledger, call, rule_id)
        return answer(call, alarm_view(rule_id, rule), version=version, fields=fields)


def alert_list_routes(routes: APIRouter, ledger: Ledger) -> None:
    """Reading alerts."""

    @routes.get(
        "/observability/alerts",
        response_model=Listing[AlertView],
        responses=errors_documented(),
        summary="Alerts that were and are",
    )
    async def list_alerts(
        call: ViewerCall,
        page: Pages,
        fields: Fields,
        made: Created,
        status: Annotated[Literal["open", "acknowledged", "resolved"] | None, Query(description="Only those.")] = None,
        rule_id: Annotated[str | None, Query(max_length=63, description="Only those of a rule.")] = None,
    ) -> Response:
        """The newest first; by `status` or by `rule_id`."""
        where = {"status": status} if status else {"rule_id": rule_id}
        sorts = {"triggered": ("triggered",)}
        question = page.question(sorts=sorts, default="-triggered", made=made.by("triggered"), **where)
        found = await ledger.documents.find(call.tenant, ALERTS, question)
        rows = [AlertView.model_validate(each.body) for each in found.documents]
        wanted = [each for each in rows if rule_id in (None, each.rule_id)]
        return listing(call, wanted, limit=page.limit, following=found.next, fields=fields)


def rule_routes(routes: APIRouter, ledger: Ledger) -> None:
    """Changing rules."""

    @routes.post(
        "/observability/alarms/{rule_id}",
        response_model=Answer[AlarmView],
        status_code=201,
        responses=errors_documented(409),
        summary="Define an alert rule",
    )
    async def define_alarm(call: DeveloperCall, rule_id: RuleId, body: RuleBody) -> Response:
        """Watch a metric from now on."""
        place = f"/api/v1/observability/alarms/{rule_id}"
        return await _sent(ledger, call, rule_id, DefineAlertRule(rule_id, _settings(body)), status=201, location=place)

    @routes.put(
        "/observability/alarms/{rule_id}",
        response_model=Answer[AlarmView],
        responses=errors_documented(404, 412),
        summary="Change an alert rule",
    )
    async def change_alarm(call: DeveloperCall, rule_id: RuleId, body: RuleBody, if_match: IfMatch) -> Response:
        """Watch something else, or otherwise."""
        return await _sent(ledger, call, rule_id, ChangeAlertRule(rule_id, _settings(body)), if_version=if_match)

    @routes.delete(
        "/observability/alarms/{rule_id}",
        status_code=204,
        responses=errors_documented(404, 412),
        summary="Remove an alert rule",
    )
    async def remove_alarm(call: DeveloperCall, rule_id: RuleId, if_match: IfMatch) -> Response:
        """Watch no more."""
        await ledger.commands.send(
            call.tenant, RemoveAlertRule(rule_id), origin=call.origin, key=call.key, if_version=if_match
        )
        return nothing()


def alert_routes(routes: APIRouter, ledger: Ledger) -> None:
    """What people do about alerts."""

    @routes.post(
        "/observability/alarms/{rule_id}/acknowledge",
        response_model=Answer[AlarmView],
        responses=errors_documented(404, 409),
        summary="Say that one looks after an alert",
    )
    async def acknowledge_alert(call: DeveloperCall, rule_id: RuleId, body: NoteBody) -> Response:
        """It stays open until the metric is back or somebody resolves it."""
        return await _sent(ledger, call, rule_id, AcknowledgeAlert(rule_id, call.principal.user_id, body.note))

    @routes.post(
        "/observability/alarms/{rule_id}/resolve",
        response_model=Answer[AlarmView],
        responses=errors_documented(404, 409),
        summary="Say that an alert is over",
    )
    async def resolve_alert(call: DeveloperCall, rule_id: RuleId, body: NoteBody) -> Response:
        """It is triggered again when the metric stays beyond the threshold."""
        command = ResolveAlert(rule_id, call.principal.user_id, body.note, call.now)
        return await _sent(ledger, call, rule_id, command)


def mute_routes(routes: APIRouter, ledger: Ledger) -> None:
    """Who is told, and when not."""

    @routes.post(
        "/observability/alarms/{rule_id}/mute",
        response_model=Answer[AlarmView],
        responses=errors_documented(404),
        summary="Tell nobody for a while",
    )
    async def mute_alerts(call: DeveloperCall, rule_id: RuleId, body: MuteBody) -> Response:
        """Alerts are still triggered, and nobody is told."""
        until = call.now + timedelta(minutes=body.minutes)
        command = MuteAlerts(rule_id, until, call.principal.user_id, call.now)
        return await _sent(ledger, call, rule_id, command)

    @routes.post(
        "/observability/alarms/{rule_id}/unmute",
        response_model=Answer[AlarmView],
        responses=errors_documented(404),
        summary="Tell people again",
    )
    async def unmute_alerts(call: DeveloperCall, rule_id: RuleId) -> Response:
        """From now on."""
        return await _sent(ledger, call, rule_id, UnmuteAlerts(rule_id, call.principal.user_id))


def alarm_view(rule_id: str, rule: AlertRule) -> AlarmView:
    """A rule as it is shown."""
    if rule.settings is None:
        raise AlertRuleMissing(f"there is no alert rule {rule_id}")
    alert = rule.alert
    shown = {
        "id": rule_id,
        "state": "ALARM" if alert else "OK",
        "since": alert.since if alert else None,
        "value": alert.value if alert else None,
        "alert_id": alert.alert_id if alert else None,
        "acknowledged_by": (alert.acknowledged_by or None) if alert else None,
        "muted_until": rule.muted_until,
    }
    return AlarmView.model_validate({**msgspec.to_builtins(rule.settings), **shown})


def _settings(body: RuleBody) -> RuleSettings:
    return msgspec.convert(body.model_dump(), RuleSettings, strict=False)


async def _rule(ledger: Ledger, call: Call, rule_id: str) -> tuple[AlertRule, int]:
    standing = await ledger.commands.state(call.tenant, ALERT_RULE, f"alert-rule-{rule_id}")
    return standing.state, standing.version


async def _sent(
    ledger: Ledger,
    call: Call,
    rule_id: str,
    command: Command,
    *,
    status: int = 200,
    location: str | None = None,
    if_version: int | None = None,
) -> Response:
    outcome = await ledger.commands.send(call.tenant, command, origin=call.origin, key=call.key, if_version=if_version)
    return answer(call, alarm_view(rule_id, outcome.state), status=status, version=outcome.version, location=location)
