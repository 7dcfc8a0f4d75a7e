"""The step that says whether a request is accepted."""

from typing import Annotated, Any

import msgspec
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

LARGEST = 1000

logger = Logger()
metrics = Metrics()


class Request(msgspec.Struct, frozen=True, rename="camel"):
    """What an execution is started with."""

    request_id: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    amount: Annotated[int, msgspec.Meta(ge=1)]


class Verdict(msgspec.Struct, frozen=True):
    """What was decided, and why."""

    accepted: bool
    reason: str = ""


def check(request: Request) -> Verdict:
    """Decide about a request; replace this with your own rules."""
    if request.amount > LARGEST:
        return Verdict(accepted=False, reason=f"more than {LARGEST}")
    return Verdict(accepted=True)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001 - Lambda gives both
    """Check one request; what is no request raises, and the execution gives up."""
    request = msgspec.convert(event, Request)
    verdict = check(request)
    logger.info("checked", request_id=request.request_id, accepted=verdict.accepted)
    metrics.add_metric(name="Accepted" if verdict.accepted else "Refused", unit=MetricUnit.Count, value=1)
    answer: dict[str, Any] = msgspec.to_builtins(verdict)
    return answer
