"""CloudWatch: metrics of functions and queues as they happen, and alarms that look at the right ones."""

import re
import threading
import time
from collections.abc import Iterator
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import cloudwatch, lambda_svc, sqs
from ministack.services.cloudformation import provisioners

from . import report
from .patching import Patches, Props, wrap

QUEUE_DEPTH = "ApproximateNumberOfMessagesVisible"


def count_every_execution() -> None:
    """Metrics of functions.

    AWS: every execution counts, whatever invoked it. MiniStack: counts calls of the Invoke API only, and alarms do not
    look at them. Patch: every execution is counted, then the alarms look.
    """

    def and_count(original: Any) -> Any:
        def execute(function: Props, config: Props, event: Any, request_id: str, started: float) -> Any:
            result = original(function, config, event, request_id, started)
            spent = (time.time() - started) * 1000
            name, failed = config.get("FunctionName", ""), bool(result.get("error"))
            emit(name, duration_ms=spent, error=failed, throttle=False)
            cloudwatch._evaluate_all_alarms()
            return result

        return execute

    def throttles_only(name: str, **facts: Any) -> None:
        if facts.get("throttle"):
            emit(name, **facts)

    emit = lambda_svc._emit_lambda_metrics
    lambda_svc._emit_lambda_metrics = throttles_only
    wrap(lambda_svc, "_execute_function_dispatch", and_count)


def watch_queues() -> None:
    """Depth of queues.

    AWS: a metric each minute. MiniStack: none. Patch: each second, for the queues that alarms look at.
    """

    def watch() -> None:
        while True:
            time.sleep(1)
            try:
                for (account, region, _), alarm in cloudwatch._alarms.all_items():
                    with request_scope(account, region):
                        _measure(alarm, region, account)
            except Exception:
                report.log.exception("queue depth")

    threading.Thread(target=watch, daemon=True, name="queue-depth").start()


def _measure(alarm: Props, region: str, account: str) -> None:
    watched = [dimensions for name, dimensions in _series(alarm) if name == ("AWS/SQS", QUEUE_DEPTH)]
    for dimensions in watched:
        queue = sqs._queue_by_arn(f"arn:aws:sqs:{region}:{account}:{dimensions.get('QueueName')}")
        if queue is not None:
            depth = sum(message.get("visible_at", 0) <= time.time() for message in queue["messages"])
            cloudwatch.record_metric("AWS/SQS", QUEUE_DEPTH, depth, "Count", dimensions)
    if watched:
        cloudwatch._evaluate_alarm(alarm)


def _series(alarm: Props) -> Iterator[tuple[tuple[str, str], dict[str, str]]]:
    """Namespace and name, and dimensions, of each metric that an alarm looks at."""
    stats = [query["MetricStat"]["Metric"] for query in alarm.get("Metrics") or [] if query.get("MetricStat")]
    for metric in [alarm, *stats]:
        if metric.get("MetricName"):
            yield (metric.get("Namespace", ""), metric["MetricName"]), _dimensions(metric)


def _dimensions(metric: Props) -> dict[str, str]:
    stated = metric.get("Dimensions") or {}
    return stated if isinstance(stated, dict) else {one["Name"]: one["Value"] for one in stated}


def look_at_dimensions() -> None:
    """What an alarm looks at.

    AWS: the metric with the alarm's dimensions, or an expression over several. MiniStack: all metrics of that name,
    whatever their dimensions, so that any function's error trips every function's alarm; expressions are ignored.
    Patch: the dimensions count; sums (`m1+m2`, `SUM(METRICS())`) and `MAX(METRICS())` are calculated, also of
    alarms in stacks, where MiniStack refuses expressions.
    """

    def precise(original: Any) -> Any:
        def evaluate(alarm: Props) -> Any:
            if alarm.get("Metrics"):
                return _evaluate_expression(alarm)
            namespace, name = alarm.get("Namespace"), alarm.get("MetricName")
            if not name:
                return original(alarm)
            points = _points(namespace, name, _dimensions(alarm), _window(alarm))
            statistic = alarm.get("ExtendedStatistic") or alarm.get("Statistic", "Average")
            return _settle(alarm, _value(points, statistic), statistic)

        return evaluate

    def with_metrics(original: Any) -> Any:
        def record(name: str, props: Props) -> Any:
            queries = props.get("Metrics")
            if not queries:
                return original(name, props)
            made = original(name, {**props, "Metrics": None, "MetricName": "expression", "Namespace": "expression"})
            return {**made, "MetricName": None, "Namespace": None, "Metrics": queries}

        return record

    wrap(cloudwatch, "_evaluate_alarm", precise)
    wrap(provisioners, "_cw_metric_alarm_record", with_metrics)


def _window(alarm: Props) -> float:
    period: float = alarm.get("Period") or 60
    return period * int(alarm.get("EvaluationPeriods", 1))


def _points(namespace: Any, name: str, dimensions: dict[str, str], window: float) -> list[Any]:
    since = time.time() - window
    found = cloudwatch._metrics.get((namespace, name, cloudwatch._dims_key(dimensions))) or []
    return [point for point in list(found) if point["Timestamp"] >= since]


def _value(points: list[Any], statistic: str) -> float | None:
    if not points:
        return None
    value: float | None = cloudwatch._stat_value(cloudwatch._calc_stats(points), statistic, points)
    return value


def _evaluate_expression(alarm: Props) -> None:
    values: dict[str, float] = {}
    expression = ""
    for query in alarm["Metrics"]:
        stat = query.get("MetricStat")
        if stat is None:
            expression = query.get("Expression", "") if query.get("ReturnData", True) else expression
            continue
        metric = stat["Metric"]
        window = float(stat.get("Period", 60)) * int(alarm.get("EvaluationPeriods", 1))
        value = _value(
            _points(metric.get("Namespace"), metric["MetricName"], _dimensions(metric), window), stat["Stat"]
        )
        if value is not None:
            values[query["Id"]] = value
    if values:
        _settle(alarm, _calculated(expression, values), expression)


def _calculated(expression: str, values: dict[str, float]) -> float | None:
    plain = re.sub(r"\s|FILL\((\w+),[^)]*\)", lambda found: found[1] or "", expression)
    if plain == "SUM(METRICS())" or plain.replace("+", "").isalnum():
        return sum(values.values())
    if plain == "MAX(METRICS())":
        return max(values.values())
    report.log.warning("the expression %s of an alarm is not emulated", expression)
    return None


COMPARISONS = {
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
}


def _settle(alarm: Props, value: float | None, statistic: str) -> None:
    compare = COMPARISONS.get(alarm.get("ComparisonOperator", ""))
    if value is None or compare is None:
        return
    before, threshold = alarm["StateValue"], float(alarm.get("Threshold", 0))
    after = "ALARM" if compare(value, threshold) else "OK"
    if after == before:
        return
    reason = f"Threshold Crossed: {statistic} {value} {alarm['ComparisonOperator']} {threshold}"
    alarm.update(StateValue=after, StateReason=reason, StateUpdatedTimestamp=int(time.time()))
    cloudwatch._record_history(alarm["AlarmName"], before, after, reason)
    cloudwatch._dispatch_alarm_actions(alarm, before, after, reason)
    cloudwatch._evaluate_parent_alarms(alarm)


PATCHES: Patches = {
    "function_metrics": count_every_execution,
    "queue_metrics": watch_queues,
    "alarm_metrics": look_at_dimensions,
}
