"""A running emulator for tests: started with chosen patches off, one world per account, small stacks, HTTP calls."""

import http.client
import io
import itertools
import json
import os
import signal
import socket
import subprocess
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import boto3
from botocore.config import Config

from skafu.proof.toolbox import Toolbox

ROOM = Path(__file__).parents[2] / "src" / "skafu" / "proof" / "local_aws"
REGION = "eu-central-1"
UNCHECKED = "test"
# A document of AWS or a client of boto3, whose shape no type tells.
Json = Any
Found = TypeVar("Found")
_accounts = itertools.count(100000000001)


@dataclass
class Answer:
    """Status and JSON body of an HTTP call."""

    status: int
    body: Any


@dataclass
class Emulator:
    """One server process."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path
    patience: float = 15.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def account(self) -> "Account":
        """A world of its own."""
        return Account(self, str(next(_accounts)))

    def ask(self, method: str, path: str, body: Json = None, headers: Mapping[str, str] | None = None) -> Answer:
        content = None if body is None else json.dumps(body)
        call = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            call.request(method, path, content, {"Content-Type": "application/json", **(headers or {})})
            response = call.getresponse()
            return _answer(response.status, response.read())
        finally:
            call.close()

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def _answer(status: int, body: bytes) -> Answer:
    try:
        return Answer(status, json.loads(body or b"null"))
    except ValueError:
        return Answer(status, body.decode())


def start(folder: Path, off: tuple[str, ...] = ()) -> Emulator:
    """Start a server that has the patches `off` switched off, with `folder` as its own for temporary files."""
    toolbox = Toolbox.default()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = folder / "emulator.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(toolbox.python("local-aws")), "-m", "emulator"],
            cwd=folder,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(folder),
                "TMPDIR": str(folder),
                "STATE_DIR": str(folder / "state"),
                "PYTHONPATH": str(ROOM),
                "GATEWAY_PORT": str(port),
                "AUTH": "true",
                "MINISTACK_REGION": REGION,
                "LAMBDA_PYTHON": str(toolbox.python("lambda")),
                "PLUS_OFF": ",".join(off),
            },
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    # Without its patch a behaviour does not come however long one waits.
    emulator = Emulator(port, process, log, patience=1.2 if off else 15.0)
    until(lambda: _listens(emulator), "the emulator to listen")
    return emulator


def _listens(emulator: Emulator) -> bool:
    if emulator.process.poll() is not None:
        raise RuntimeError(emulator.log.read_text())
    try:
        return emulator.ask("GET", "/_ministack/ready").status == 200
    except OSError:
        return False


def until(found: Callable[[], Found], what: str, seconds: float = 15.0) -> Found:
    """Ask until there is something (truthy), and give it."""
    deadline = time.monotonic() + seconds
    while True:
        if result := found():
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        time.sleep(0.03)


@dataclass
class Account:
    """One account of an emulator, as its administrator."""

    emulator: Emulator
    id: str
    clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Json:
        if service not in self.clients:
            self.clients[service] = boto3.client(  # type: ignore[call-overload]
                service,
                endpoint_url=self.emulator.url,
                region_name=REGION,
                aws_access_key_id=self.id,
                aws_secret_access_key=UNCHECKED,
                config=Config(inject_host_prefix=False, s3={"addressing_style": "path"}, retries={"max_attempts": 0}),
            )
        return self.clients[service]

    def until(self, found: Callable[[], Found], what: str) -> Found:
        """Ask until there is something (truthy), and give it."""
        return until(found, what, self.emulator.patience)

    def report(self) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = self.emulator.ask("GET", f"/_plus/report?account={self.id}").body
        return found

    def denials(self) -> list[tuple[str, str]]:
        """Action and resource of each denial."""
        return [(denial["action"], denial["resource"]) for denial in self.report()["denials"]]

    def put(self, key: str, content: bytes) -> str:
        """Upload a file; gives its URL for nested stacks."""
        bucket = f"code-{self.id}"
        if "bucket" not in self.clients:
            self.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
            self.clients["bucket"] = bucket
        self.client("s3").put_object(Bucket=bucket, Key=key, Body=content)
        return f"{self.emulator.url}/{bucket}/{key}"

    def deploy(self, template: dict[str, Any], name: str = "system", **parameters: str) -> dict[str, str]:
        """Create or update a stack; gives its outputs.

        Raises:
            StackError: it failed; the message has the reasons.
        """
        client = self.client("cloudformation")
        stacks = [stack["StackName"] for stack in client.describe_stacks()["Stacks"]]
        call = client.update_stack if name in stacks else client.create_stack
        call(
            StackName=name,
            TemplateBody=json.dumps(template),
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        )
        stack = until(lambda: self._finished(name), f"stack {name}")
        if stack["StackStatus"] not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            events = client.describe_stack_events(StackName=name)["StackEvents"]
            raise StackError([event["ResourceStatusReason"] for event in events if event.get("ResourceStatusReason")])
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}

    def _finished(self, name: str) -> Json:
        stack = self.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
        return None if stack["StackStatus"].endswith("_IN_PROGRESS") else stack

    def invoke(self, function: str, payload: Json = None) -> Json:
        answer = self.client("lambda").invoke(FunctionName=function, Payload=json.dumps(payload))
        return json.loads(answer["Payload"].read())

    def messages(self, queue_url: str) -> list[Any]:
        received = self.client("sqs").receive_message(
            QueueUrl=queue_url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        )
        return list(received.get("Messages", []))

    def logged(self, function: str) -> list[str]:
        """What a function printed so far."""
        client, group = self.client("logs"), f"/aws/lambda/{function}"
        if not client.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
            return []
        lines = [event["message"] for event in client.filter_log_events(logGroupName=group)["events"]]
        return [line for line in lines if not line.startswith(("START", "END", "REPORT"))]

    def items(self, table: str) -> list[Any]:
        return list(self.client("dynamodb").scan(TableName=table)["Items"])


class StackError(Exception):
    """A stack that failed, with the reasons."""


def zipped(files: Mapping[str, str]) -> bytes:
    """A zip archive of text files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return packed.getvalue()
