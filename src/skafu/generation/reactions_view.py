"""What the template sees of everything in a service that nobody asks for by a request: it reacts."""

from skafu.blueprint.resolved import ResolvedService, System
from skafu.generation.aggregate_view import View
from skafu.generation.call_view import call_view
from skafu.generation.delays import is_short
from skafu.generation.inbound_view import inbound_view
from skafu.generation.message_scenarios import armed_scenario, message_scenario
from skafu.generation.reaction_scenarios import call_scenarios, inbound_scenario
from skafu.generation.reaction_view import policy_view
from skafu.generation.timer_view import arming_view, timer_view
from skafu.generation.workflow_scenarios import workflow_scenarios
from skafu.generation.workflow_view import resume_views, workflow_view


def reactions_view(service: ResolvedService, system: System) -> View:
    """The policies, timers, calls, messages from outside and workflows of a service."""
    policies = [
        policy_view(one, service, system) | {"scenario": message_scenario(one, service, system)}
        for one in service.policies
    ]
    calls = [
        call_view(one, service, system) | {"scenarios": call_scenarios(one, service, system)} for one in service.calls
    ]
    inbound = [
        inbound_view(one, service, system) | {"scenario": inbound_scenario(one, service)} for one in service.inbound
    ]
    workflows = [
        workflow_view(one, service, system) | {"scenarios": workflow_scenarios(one, service, system)}
        for one in service.workflows
    ]
    timers = [
        timer_view(one, service, system)
        | {"scenario": message_scenario(one, service, system), "set_by": armed_scenario(one, system)}
        for one in service.timers
    ]
    arming = [arming_view(one, service) for one in service.timers if one.when and not is_short(one)]
    resumes = [one for workflow in service.workflows for one in resume_views(workflow, service, system)]
    heard = [one for one in inbound if not one["route"]]
    return {
        **_timers(timers, workflows),
        "policies": [*policies, *timers],
        "calls": calls,
        "inbound": inbound,
        "inbox": [one for one in inbound if one["inbox"]],
        "workflows": workflows,
        "resumes": resumes,
        "reactions": [*policies, *timers, *arming, *calls, *heard, *resumes],
    }


def _timers(timers: list[View], workflows: list[View]) -> View:
    shortened = any(one["delay"] or one["schedule"] for one in timers) or any(one["waits"] for one in workflows)
    return {
        "timers": timers,
        "long_timers": [one for one in timers if one["armed"]],
        "scheduled": [one for one in timers if one["armed"] or one["schedule"]],
        "shortened": shortened,
    }
