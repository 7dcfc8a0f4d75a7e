"""What runs inside a Lambda worker: imports the handler, then answers one invocation per line.

Executed by path with the interpreter of `LAMBDA_PYTHON`, so it imports nothing of the emulator. One JSON object per
line: first what to start, then per invocation `{"event", "ctx"}`; answers are `{"status": "ready" | "ok" | "error"}`.
"""

import importlib
import json
import os
import site
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

Answer = Callable[[dict[str, Any]], None]
# Packages of the runtime that belong together: a function that brings one needs them to be imported anew.
AWS_SDK = frozenset({"boto3", "botocore", "s3transfer", "urllib3"})
# The line on standard error that ends the log of one invocation.
END_OF_LOG = "\x00end of invocation"
DEPTH_VARIABLE = "_MINISTACK_INVOKE_DEPTH"
DEPTH_HEADER = "X-Ministack-Invoke-Depth"


class Context:
    """The context object of Python functions, as the runtime of AWS gives it."""

    def __init__(self, start: dict[str, Any], invocation: dict[str, Any]) -> None:
        """Of one invocation of a function."""
        name = start["function_name"]
        self.function_name = name
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
        self.memory_limit_in_mb = str(start["memory"])
        self.invoked_function_arn = invocation.get("invoked_function_arn", "")
        self.aws_request_id = invocation.get("request_id", "")
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME", f"/aws/lambda/{name}")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME", "")
        self.identity = None
        self.client_context = None
        self.tenant_id = None
        self._ends = time.monotonic() + invocation.get("timeout_ms", 3000) / 1000

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function is stopped."""
        return max(0, int((self._ends - time.monotonic()) * 1000))


def run(requests: TextIO, answers: TextIO) -> None:
    """Serve one worker until its input ends."""

    def answer(given: dict[str, Any]) -> None:
        answers.write(json.dumps(given) + "\n")
        answers.flush()

    # What a handler prints belongs to its log, never between the answers.
    sys.stdout = sys.stderr
    start = json.loads(requests.readline())
    try:
        handler = _import_handler(start)
    except Exception as error:
        message = f"Unable to import module '{start['module']}': {type(error).__name__}: {error}"
        answer({"status": "error", "error": message, "trace": traceback.format_exc()})
        return
    answer({"status": "ready"})
    for line in requests:
        _invoke(handler, start, json.loads(line), answer)


def _import_handler(start: dict[str, Any]) -> Callable[[Any, Any], Any]:
    # AWS's order: the function's code, its layers, then the runtime's own packages.
    paths = [start["code"]]
    for layer in start["layers"]:
        python = Path(layer, "python")
        for folder in map(str, sorted(python.glob("lib/python3*/site-packages"))):
            site.addsitedir(folder)
            paths.append(folder)
        paths.append(str(python))
    sys.path[:] = paths + [path for path in sys.path if path not in paths]
    forget_shadowed(paths)
    count_invoke_depth()
    module = importlib.import_module(start["module"])
    handler: Callable[[Any, Any], Any] = getattr(module, start["handler"])
    return handler


def forget_shadowed(paths: list[str]) -> None:
    """Let packages that the function brings itself be imported, where this process has the runtime's already."""
    brought = {entry.stem for path in paths if Path(path).is_dir() for entry in Path(path).iterdir()}
    shadowed = brought & {name for name in sys.modules if name not in sys.stdlib_module_names}
    if shadowed & AWS_SDK:
        shadowed |= AWS_SDK
    for name in [name for name in sys.modules if name.split(".")[0] in shadowed]:
        del sys.modules[name]


def count_invoke_depth() -> None:
    """Let calls made with botocore carry the depth of the chain of invocations, so that endless ones are stopped."""
    try:
        import botocore.handlers
    except ImportError:
        return

    def add_depth(params: dict[str, Any], **_: Any) -> None:
        if depth := os.environ.get(DEPTH_VARIABLE):
            params["headers"].setdefault(DEPTH_HEADER, depth)

    botocore.handlers.BUILTIN_HANDLERS.append(("before-call", add_depth))


def _invoke(handler: Callable[[Any, Any], Any], start: dict[str, Any], request: dict[str, Any], answer: Answer) -> None:
    invocation = request.get("ctx") or {}
    _set_variable("_X_AMZN_TRACE_ID", invocation.get("trace_id"))
    _set_variable(DEPTH_VARIABLE, invocation.get("depth"))
    try:
        result = _plain(handler(request["event"], Context(start, invocation)))
    except Exception as error:
        traceback.print_exc()
        result = {"__raised__": _described(error)}
    print(END_OF_LOG, file=sys.stderr, flush=True)
    # Status ok even then: AWS keeps the environment of a handler that raised, while "error" would end this worker.
    answer({"status": "ok", "result": result})


class MarshalError(Exception):
    """What a handler returned is not JSON; on AWS `Runtime.MarshalError`."""


def _plain(result: Any) -> Any:
    try:
        json.dumps(result)
    except (TypeError, ValueError) as error:
        raise MarshalError(f"Unable to marshal response: {error}") from None
    return result


def _described(error: Exception) -> dict[str, Any]:
    return {
        "errorMessage": str(error),
        "errorType": "Runtime.MarshalError" if isinstance(error, MarshalError) else type(error).__name__,
        # The first frame is in this file.
        "stackTrace": traceback.format_tb(error.__traceback__)[1:],
    }


def _set_variable(name: str, value: Any) -> None:
    if value is None or value == "":
        os.environ.pop(name, None)
    else:
        os.environ[name] = str(value)


if __name__ == "__main__":
    # The folder of this file is first on the path, and none of its modules are the function's business.
    del sys.path[0]
    run(sys.stdin, sys.stdout)
