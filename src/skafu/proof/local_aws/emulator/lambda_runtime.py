"""How Lambda functions run: workers, errors, metrics written to the log."""

import json
import time
from typing import Any

from ministack.core import lambda_runtime as pool
from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudwatch, lambda_svc

from .patching import Patches, Props, before_provisioning, wrap
from .permissions import assume_denied, role_denied
from .processes import open_nursery
from .workers import ImportModuleError, drained_log, forget_folders, spawn


def run_in_own_environment() -> None:
    """Where a Python function runs.

    AWS: an environment with the runtime's packages (boto3) and the function's own, code before layers on the path,
    kept after an exception. MiniStack: its own interpreter, so that all its packages can be imported and a missing
    dependency stays hidden; its whole environment; layers first; code and layers unpacked again for every worker,
    which ends with the first exception. Patch: the interpreter of `LAMBDA_PYTHON`, AWS's environment and order, one
    unpacked copy per content, and the worker lives on.
    """

    def ours_for_python(own: Any) -> Any:
        def for_python(original: Any) -> Any:
            def chosen(worker: Any, *given: Any) -> Any:
                is_python = str(worker.config.get("Runtime", "")).startswith("python")
                return own(worker) if is_python else original(worker, *given)

            return chosen

        return for_python

    def and_forget_folders(original: Any) -> Any:
        def reset() -> None:
            original()
            forget_folders()

        return reset

    open_nursery()
    wrap(pool.Worker, "_spawn", ours_for_python(spawn))
    wrap(pool.Worker, "_drain_stderr_bounded", ours_for_python(drained_log))
    wrap(pool, "reset", and_forget_folders)
    wrap(lambda_svc, "_execute_function_warm", _show_what_was_raised)


def _show_what_was_raised(original: Any) -> Any:
    """AWS: `errorType` is the exception's class. MiniStack: always `Runtime.HandlerError`."""

    def execute(function: Props, event: Any, request_id: str) -> Any:
        result = original(function, event, request_id)
        body = result.get("body")
        if isinstance(body, dict) and "__raised__" in body:
            return {**result, "error": True, "body": {**body["__raised__"], "requestId": request_id}}
        if isinstance(body, dict) and body.get("errorType") == ImportModuleError.__name__:
            message, _, trace = body["errorMessage"].partition("\n")
            shown = {"errorType": "Runtime.ImportModuleError", "errorMessage": message, "requestId": request_id}
            return {**result, "body": shown, "log": f"{message}\n{trace}"}
        return result

    return execute


def store_embedded_metrics() -> None:
    """Metrics in the embedded format (EMF), one JSON line in the log.

    AWS: become CloudWatch metrics. MiniStack: stay log lines. Patch: they are stored, and alarms look at them.
    """

    def and_store(original: Any) -> Any:
        def emit(function: Props, request_id: str, text: str, *rest: Any, **named: Any) -> None:
            original(function, request_id, text, *rest, **named)
            found = [line[line.index("{") :] for line in (text or "").splitlines() if '"_aws"' in line]
            for line in found:
                _store_line(line)
            if found:
                cloudwatch._evaluate_all_alarms()

        return emit

    wrap(lambda_svc, "_emit_lambda_logs", and_store)


def _store_line(line: str) -> None:
    try:
        entry = json.loads(line)
        directives = entry["_aws"]["CloudWatchMetrics"]
    except (ValueError, KeyError, TypeError):
        return
    taken = entry["_aws"].get("Timestamp", 0) / 1000 or time.time()
    for directive in directives:
        for names in directive.get("Dimensions") or [[]]:
            dimensions = {name: str(entry.get(name)) for name in names}
            for metric in directive.get("Metrics", []):
                value = entry.get(metric["Name"])
                values = [float(one) for one in (value if isinstance(value, list) else [value]) if one is not None]
                kind = metric.get("Unit", "None")
                cloudwatch._store_datum(
                    directive["Namespace"], metric["Name"], dimensions, taken, kind, None, values, None, None
                )


def write_logs_under_role() -> None:
    """The log of a function.

    AWS: is written under the function's role; without permission there is no log and no embedded metric, and nobody
    hears of it. MiniStack: writes. Patch: asks, and reports the denial.
    """

    def if_allowed(original: Any) -> Any:
        def emit(function: Props, *rest: Any, **named: Any) -> None:
            config = function.get("config") or function
            group = (config.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{config.get('FunctionName')}"
            streams = f"arn:aws:logs:{get_region()}:{get_account_id()}:log-group:{group}:*"
            if not role_denied("lambda.amazonaws.com", config.get("Role", ""), "logs:PutLogEvents", streams):
                original(function, *rest, **named)

        return emit

    wrap(lambda_svc, "_emit_lambda_logs", if_allowed)


def check_role_of_new_function() -> None:
    """The role of a function.

    AWS: "The role defined for the function cannot be assumed by Lambda" fails the stack. MiniStack: does not look.
    Patch: the role must be there and trust Lambda.
    """

    def check(props: Props) -> Props:
        if why := assume_denied("lambda.amazonaws.com", props.get("Role", "")):
            raise ValueError(f"The role defined for the function cannot be assumed by Lambda: {why}")
        return props

    before_provisioning("AWS::Lambda::Function", check)


PATCHES: Patches = {
    "lambda_environment": run_in_own_environment,
    "embedded_metrics": store_embedded_metrics,
    "function_logs": write_logs_under_role,
    "function_role": check_role_of_new_function,
}
