"""What the template sees of the running system: what alarms watch, and which functions are released slowly."""

from math import ceil

from skafu.blueprint.resolved import System
from skafu.generation.aggregate_view import View

METRICS_PER_ALARM = 10
"""How many metrics the expression of one alarm may use (CloudWatch's quota)."""
LATENCY_MILLISECONDS = 500
"""What 95 of 100 requests have to be answered in."""
SPIKE_SHARE, SPIKE_LEAST = 0.05, 10
"""A spike is this share of the requests that are expected in a minute, but at least so many failures."""


def operations_view(service: View, system: System) -> View:
    """What the stack of a service needs for its alarms and its releases.

    Args:
        service: the view of the service so far.
        system: the system, for its load.
    """
    readers = ["Publisher", *(["Projector"] if service["queries"] else [])]
    return {
        "http_functions": [
            one["pascal"] for one in (*service["routed_commands"], *service["routed_queries"], *service["other_routes"])
        ],
        "role_owners": role_owners(service),
        "recovery": recovery_view(service),
        "alarms": {
            "latency": LATENCY_MILLISECONDS,
            "spike": max(SPIKE_LEAST, ceil(system.average_rps * 60 * SPIKE_SHARE)),
            "readers": readers,
            "dead_letters": chunks(dead_letters(service)),
        },
    }


def recovery_view(service: View) -> View | None:
    """A row that a test of the recovery can build anew: of an aggregate whose events stay."""
    kept = {one["constants"]: one["pascal"] for one in service["aggregates"] if not one["retention_days"]}
    found = (one for one in service["queries"] if one["scenario"] and one["store"] in kept)
    return next(
        (
            {
                "store": one["store"],
                "aggregate": kept[one["store"]],
                "table": one["constant"],
                "instance_id": one["scenario"]["instance_id"],
                "past": one["scenario"]["past"],
            }
            for one in found
        ),
        None,
    )


def role_owners(service: View) -> list[str]:
    """The logical ids of all that has a role of its own: functions, workflows, the rules of topics."""
    routed = [
        one["pascal"] for one in (*service["routed_commands"], *service["routed_queries"], *service["other_routes"])
    ]
    projector = ["Projector"] if service["queries"] else []
    topics = [f"{one['pascal']}Rule" for one in service["inbound"] if one["kind"] == "mqtt"]
    workflows = [f"{one['pascal']}{part}" for one in service["workflows"] for part in ("", "Steps")]
    reactions = [one["pascal"] for one in service["reactions"]]
    return [*routed, "Publisher", *projector, "Reporter", *reactions, *topics, *workflows]


def dead_letters(service: View) -> list[View]:
    """The queues that must be empty: logical ids and names."""
    names = service["resources"]
    found = [{"id": "StreamFailuresQueue", "name": names["stream_failures"]}]
    fed = [*service["reactions"], *service["workflows"]]
    found += [{"id": f"{one['pascal']}DeadLetters", "name": f"{names['functions'][one['kebab']]}-dlq"} for one in fed]
    return found


def chunks(queues: list[View]) -> list[list[View]]:
    """Queues in as many parts as there are alarms needed for them."""
    return [queues[start : start + METRICS_PER_ALARM] for start in range(0, len(queues), METRICS_PER_ALARM)]
