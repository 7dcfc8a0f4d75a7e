"""Parent of all Lambda workers: imports what every function needs once, and forks one worker per request.

Executed by path with the interpreter of `LAMBDA_PYTHON`; imports nothing of the emulator but `bootstrap`. A request
comes over a Unix socket (its file descriptor is the argument): `{"environment", "folder"}` as JSON with the worker's
standard input, output and error; the answer is its process id. A fork begins with boto3 imported and shares its memory.
"""

import gc
import importlib
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

# Services whose descriptions (JSON files of botocore) are read ahead.
SERVICES = ("dynamodb", "events", "sqs", "sns", "secretsmanager", "scheduler", "stepfunctions")
LARGEST_REQUEST = 1 << 20
# The clients that are made ahead call nobody.
NO_KEY = "none"

Run = Callable[[TextIO, TextIO], None]


def import_ahead() -> None:
    """Import boto3, and keep descriptions of services once read, for all forks."""
    import boto3  # noqa: F401
    import botocore.session
    from botocore import loaders

    reader: Any = loaders.JSONFileLoader
    read, known = reader.load_file, {}

    def load_file(self: Any, path: str) -> Any:
        if path not in known:
            known[path] = read(self, path)
        return known[path]

    reader.load_file = load_file
    session = botocore.session.Session()
    for service in SERVICES:
        session.create_client(service, "us-east-1", aws_access_key_id=NO_KEY, aws_secret_access_key=NO_KEY)


def serve(door: socket.socket, run: Run) -> None:
    """Fork a worker per request until the other end closes."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.collect()
    # What is there now stays for ever; the collector need not touch (and so copy) it in the forks.
    gc.freeze()
    while True:
        request, streams, _, _ = socket.recv_fds(door, LARGEST_REQUEST, 3)
        if not request:
            return
        worker = os.fork()
        if worker == 0:
            door.close()
            become_worker(json.loads(request), streams, run)
        for stream in streams:
            os.close(stream)
        door.send(str(worker).encode())


def become_worker(request: dict[str, Any], streams: list[int], run: Run) -> None:
    """Take on environment, folder and streams, and serve invocations; does not return."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        os.environ.clear()
        os.environ.update(request["environment"])
        time.tzset()
        os.chdir(request["folder"])
        run(sys.stdin, sys.stdout)
    finally:
        os._exit(1)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    run_worker: Run = importlib.import_module("bootstrap").run
    # Neither the folder nor the name is the functions' business.
    del sys.path[0], sys.modules["bootstrap"]
    import_ahead()
    serve(socket.socket(fileno=int(sys.argv[1])), run_worker)
