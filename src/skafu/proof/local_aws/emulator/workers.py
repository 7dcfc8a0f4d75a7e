"""The processes that run Lambda code: unpacked once per content, started with nothing of the emulator's around them."""

import hashlib
import io
import json
import os
import queue
import tempfile
import threading
import time
import uuid
import zipfile
from pathlib import Path
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from .bootstrap import END_OF_LOG
from .processes import start as start_process

# Of the emulator's own environment a worker sees only what a process needs; the rest is AWS's or the function's.
INHERITED = ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "SSL_CERT_FILE")

# Seconds to wait for the end of a log whose process died.
LOG_TIMEOUT = 0.3

_folders: dict[str, Path] = {}
_folders_lock = threading.Lock()


def unpacked(archive: bytes) -> Path:
    """The folder with the content of a zip; the same content is unpacked once, so its bytecode is compiled once."""
    digest = hashlib.sha256(archive).hexdigest()[:32]
    with _folders_lock:
        if digest not in _folders:
            folder = Path(tempfile.mkdtemp(prefix=f"lambda-{digest[:12]}-"))
            with zipfile.ZipFile(io.BytesIO(archive)) as packed:
                packed.extractall(folder)
            _folders[digest] = folder
        return _folders[digest]


def forget_folders() -> None:
    """Nothing is unpacked any more: the state of the emulator was reset."""
    with _folders_lock:
        _folders.clear()


def spawn(worker: Any) -> None:
    """Start the process of one of MiniStack's workers, and wait until its handler is imported.

    Raises:
        ImportModuleError: the handler could not be imported.
    """
    start = _start(worker)
    process = start_process(_environment(worker.config, start["code"]), start["code"])
    worker._proc = process
    worker._stderr_queue = queue.Queue()
    threading.Thread(target=worker._read_stderr, daemon=True).start()
    process.stdin.write(json.dumps(start) + "\n")
    process.stdin.flush()
    line = process.stdout.readline()
    answer = json.loads(line) if line else {}
    if answer.get("status") != "ready":
        message = answer.get("error", "the process ended while it imported the handler")
        raise ImportModuleError(f"{message}\n{answer.get('trace', '')}")
    worker._start_time = time.time()


def drained_log(worker: Any) -> str:
    """What the process wrote to standard error in this invocation.

    The bootstrap marks its end, so there is nothing to wait for (MiniStack waits 50 ms for a handler without output).
    """
    lines: list[str] = []
    while True:
        try:
            line = worker._stderr_queue.get(timeout=LOG_TIMEOUT)
        except queue.Empty:
            return "\n".join(lines)
        if line == END_OF_LOG:
            return "\n".join(lines)
        lines.append(line)


def _start(worker: Any) -> dict[str, Any]:
    module, _, handler = worker.config.get("Handler", "index.handler").rpartition(".")
    attached = [lambda_svc._resolve_layer_zip(layer) for layer in worker.config.get("Layers") or []]
    return {
        "code": str(unpacked(worker.code_zip)),
        # Of two layers with the same file the later one wins.
        "layers": [str(unpacked(layer)) for layer in reversed(attached) if layer],
        "module": module.replace("/", "."),
        "handler": handler,
        "function_name": worker.config.get("FunctionName", ""),
        "memory": worker.config.get("MemorySize", 128),
    }


def _environment(config: dict[str, Any], code: str) -> dict[str, str]:
    _, region = lambda_runtime._account_region_from_function_config(config)
    name, version = config.get("FunctionName", ""), config.get("Version", "$LATEST")
    own = (config.get("Environment") or {}).get("Variables") or {}
    return {
        **{key: os.environ[key] for key in INHERITED if key in os.environ},
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{os.environ.get('GATEWAY_PORT', '4566')}",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        **{key: str(value) for key, value in own.items()},
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        **lambda_runtime.execution_credentials(config),
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{config.get('Runtime', '')}",
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(config.get("MemorySize", 128)),
        "AWS_LAMBDA_FUNCTION_VERSION": version,
        "AWS_LAMBDA_LOG_GROUP_NAME": (config.get("LoggingConfig") or {}).get("LogGroup", f"/aws/lambda/{name}"),
        "AWS_LAMBDA_LOG_STREAM_NAME": f"{time.strftime('%Y/%m/%d')}/[{version}]{uuid.uuid4().hex}",
        "LAMBDA_TASK_ROOT": code,
        "_HANDLER": config.get("Handler", ""),
    }


class ImportModuleError(RuntimeError):
    """The handler could not be imported; on AWS `Runtime.ImportModuleError`. First a line that says why, then where."""
