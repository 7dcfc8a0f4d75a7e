"""Mappings of DynamoDB streams to functions: partial failures, bisect, retries, age, on-failure destination."""

import time
from dataclasses import dataclass

from ministack.core.responses import request_scope
from ministack.services import dynamodb, lambda_svc

from . import report
from .patching import Patches, Props
from .permissions import ROLE_ACTIONS, role_denied
from .queues import wake_mappings
from .retries import Limits, Progress, after_failure


@dataclass(frozen=True)
class Batch:
    """Records of a stream for one mapping; `kept` are those that pass its filter, with their place in the batch."""

    mapping: Props
    function: Props
    position: int
    size: int
    kept: list[tuple[int, Props]]

    @property
    def records(self) -> list[Props]:
        """The records that the function gets."""
        return [record for _, record in self.kept]


_progress: dict[str, Progress] = {}


def retry_like_lambda() -> None:
    """What happens when a batch fails.

    AWS: retries it from the first failed record, halves it (`BisectBatchOnFunctionError`), and after
    `MaximumRetryAttempts` or `MaximumRecordAgeInSeconds` sends a record to the on-failure destination and goes on.
    MiniStack: ignores partial failures, bisect and the number of retries: a poison record blocks for ever, and as all
    mappings share one thread, the others wait. Patch: an own loop, each mapping in its own thread.
    """
    lambda_svc._poll_dynamodb_streams = _poll


def _poll() -> bool:
    started = False
    for account, region, mapping in lambda_svc._iter_all_esms():
        source = mapping.get("EventSourceArn", "")
        if ":dynamodb:" in source and f":{account}:" in source and mapping.get("Enabled", True):
            with request_scope(account, region):
                started = _start_batch(mapping, source) or started
    return started


def _start_batch(mapping: Props, source: str) -> bool:
    uuid = mapping["UUID"]
    progress = _progress.get(uuid)
    if lambda_svc._esm_inflight.get(uuid) or (progress and progress.rests_until > time.time()):
        return False
    table = source.split("/stream/", maxsplit=1)[0].rsplit("/", 1)[-1]
    function, _ = lambda_svc._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))
    if function is None or (dynamodb._tables.get(table) or {}).get("LatestStreamArn") != source:
        return False
    position = _position(mapping, table)
    if progress is None or progress.position != position:
        progress = _progress[uuid] = Progress(position)
    records = dynamodb.stream_records_since(table, position, progress.window or int(mapping.get("BatchSize", 100)))
    if not records:
        return False
    kept = [
        (place, record) for place, record in enumerate(records) if lambda_svc._apply_filter_criteria([record], mapping)
    ]
    batch = Batch(mapping, function, position, len(records), kept)
    lambda_svc._dispatch_esm_batch(uuid, _run, batch, progress)
    return True


def _position(mapping: Props, table: str) -> int:
    horizon: int = dynamodb.stream_start_position(table)
    positions = lambda_svc._dynamodb_stream_positions
    with lambda_svc._dynamodb_stream_positions_lock:
        if mapping["UUID"] not in positions:
            from_start = mapping.get("StartingPosition") == "TRIM_HORIZON"
            positions[mapping["UUID"]] = horizon if from_start else dynamodb.stream_end_position(table)
        return max(int(positions[mapping["UUID"]]), horizon)


def _run(batch: Batch, progress: Progress) -> None:
    if not batch.kept:
        _advance(batch, batch.size)
        return
    result = lambda_svc._execute_function(batch.function, {"Records": batch.records})
    failed = _first_failed(batch, result)
    if failed is None:
        batch.mapping["LastProcessingResult"] = f"OK - {len(batch.kept)} records"
        _advance(batch, batch.size)
    elif failed > batch.kept[0][0]:
        _advance(batch, failed)
    else:
        _fail(batch, progress, result)


def _first_failed(batch: Batch, result: Props) -> int | None:
    """Place of the record to begin again with; None when all are done."""
    if result.get("error"):
        return batch.kept[0][0]
    if "ReportBatchItemFailures" not in (batch.mapping.get("FunctionResponseTypes") or []):
        return None
    answer = result.get("body")
    if answer and not isinstance(answer, dict):
        return batch.kept[0][0]
    failures = (answer or {}).get("batchItemFailures")
    if not failures:
        return None
    places = {record["dynamodb"]["SequenceNumber"]: place for place, record in batch.kept}
    # An identifier that is not of this batch fails the whole of it.
    return min(places.get(failure.get("itemIdentifier"), batch.kept[0][0]) for failure in failures)


def _fail(batch: Batch, progress: Progress, result: Props) -> None:
    batch.mapping["LastProcessingResult"] = "PROBLEM: Function call failed"
    limits = Limits.of(batch.mapping, bisect=bool(batch.mapping.get("BisectBatchOnFunctionError")))
    condition = after_failure(progress, limits, batch.kept, batch.size)
    if condition:
        _give_up(batch, result, condition)
    else:
        wake_mappings(max(0.0, progress.rests_until - time.time()))


def _give_up(batch: Batch, result: Props, condition: str) -> None:
    on_failure = (batch.mapping.get("DestinationConfig") or {}).get("OnFailure") or {}
    target = on_failure.get("Destination", "")
    function = batch.function.get("config") or batch.function
    if why := _refusal(function, target):
        report.lost(function["FunctionArn"], target, f"{condition}: {why}")
    else:
        stream = batch.mapping["EventSourceArn"]
        lambda_svc._send_ddb_stream_failure_record(
            batch.mapping, batch.function, batch.records, stream, result, condition
        )
    _advance(batch, batch.size)


def _refusal(function: Props, target: str) -> str:
    """Why a failed batch cannot go to the on-failure destination; empty when it can."""
    if not target:
        return "the mapping has no on-failure destination"
    kind = target.split(":")[2]
    if kind not in ("sqs", "sns"):
        return f"a destination of {kind} is not emulated"
    return role_denied("lambda.amazonaws.com", function.get("Role", ""), ROLE_ACTIONS[kind], target)


def _advance(batch: Batch, count: int) -> None:
    uuid = batch.mapping["UUID"]
    with lambda_svc._dynamodb_stream_positions_lock:
        lambda_svc._dynamodb_stream_positions[uuid] = batch.position + count
    _progress.pop(uuid, None)


PATCHES: Patches = {"stream_failures": retry_like_lambda}
