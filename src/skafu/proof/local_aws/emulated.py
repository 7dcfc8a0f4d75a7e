"""The adapter of `LocalAws` for MiniStack: a sandboxed process with a temporary folder of its own."""

import re
import shutil
import socket
import tempfile
import time
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

import msgspec

from skafu.kernel.errors import Invalid, NotFound, Unavailable
from skafu.proof.local_aws.port import REGION, LocalAws, Report, Wiring, Witness
from skafu.proof.memory import family_of, pss_of
from skafu.proof.sandbox import Limits, Sandboxed, clean_environment
from skafu.proof.toolbox import Toolbox

_HERE = Path(__file__).parent
_SECONDS_TO_START = 60.0
_LIMITS = Limits(cpu_seconds=3600, open_files=8192, processes=4096)
_API = re.compile(r"https://(?P<api>[a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com(?P<path>/.*)?$")
_FUNCTION = re.compile(r"https://(?P<function>[a-z0-9]+)\.lambda-url\.[a-z0-9-]+\.on\.aws(?P<path>/.*)?$")


class MiniStack(LocalAws, Witness):
    """A running MiniStack with Skafu's patches; stop it, or use it in a `with` block.

    Attributes:
        endpoint: its address, for example `http://127.0.0.1:40411`.
        network_enforced: the functions that it runs can reach nothing but loopback.
        log: the file with everything that it wrote; removed with the rest at the end.
    """

    def __init__(self, toolbox: Toolbox) -> None:
        """Start one and wait until it answers (0.7 s once its tools are built).

        Args:
            toolbox: builds the environments `local-aws` and `lambda` if need be.

        Raises:
            Unavailable: it did not start; the message has the end of its log.
        """
        pythons = toolbox.python("local-aws"), toolbox.python("lambda")
        self._room = Path(tempfile.mkdtemp(prefix="skafu-aws-"))
        self.log = self._room / "emulator.log"
        try:
            with socket.socket() as door:
                door.bind(("127.0.0.1", 0))
                self.endpoint = f"http://127.0.0.1:{door.getsockname()[1]}"
                self._process = self._start(door, *pythons)
            self.network_enforced = self._process.network_enforced
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def _start(self, door: socket.socket, emulator: Path, functions: Path) -> Sandboxed:
        with self.log.open("wb") as log:
            return Sandboxed(
                [str(emulator), "-P", str(_HERE / "doorway.py")],
                cwd=self._room,
                env=self._environment(door, functions),
                room=self._room,
                output=log,
                limits=_LIMITS,
                pass_fds=(door.fileno(),),
            )

    def _environment(self, door: socket.socket, functions: Path) -> dict[str, str]:
        path, temporary = self._room / "path", self._room / "tmp"
        path.mkdir()
        temporary.mkdir()
        # Alone on the path, so that no module beside it is taken for a package that the emulator imports.
        (path / "emulator").symlink_to(_HERE / "emulator")
        own = {
            "DOOR": str(door.fileno()),
            "PYTHONPATH": str(path),
            "GATEWAY_PORT": str(door.getsockname()[1]),
            "BIND_HOST": "127.0.0.1",
            "IOT_MTLS_ENABLED": "0",
            "AUTH": "true",
            "LAMBDA_PYTHON": str(functions),
            "MINISTACK_REGION": REGION,
            "STATE_DIR": str(temporary / "state"),
            "S3_DATA_DIR": str(temporary / "s3"),
        }
        return clean_environment(temporary, own)

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _SECONDS_TO_START
        while time.monotonic() < deadline and self._process.exit_code() is None:
            if self._answers():
                return
            time.sleep(0.02)
        said = "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
        raise Unavailable(f"The local AWS did not start:\n{said}", fix="Run again; if it stays, report this log.")

    def _answers(self) -> bool:
        try:
            return self._ask("GET", "/_ministack/ready")[0] == HTTPStatus.OK
        except OSError:
            return False

    def _ask(self, method: str, path: str, **query: str) -> tuple[int, bytes]:
        with closing(HTTPConnection(self.endpoint.removeprefix("http://"), timeout=30)) as connection:
            connection.request(method, f"{path}?{urlencode(query)}")
            response = connection.getresponse()
            return response.status, response.read()

    def wiring(self, account: str) -> Wiring:
        """Give what a boto3 client needs; see the port."""
        from botocore.config import Config

        return Wiring(
            region_name=REGION,
            endpoint_url=self.endpoint,
            aws_access_key_id=account,
            aws_secret_access_key="test",  # noqa: S106
            config=Config(
                inject_host_prefix=False,
                s3={"addressing_style": "path"},
                retries={"total_max_attempts": 1},
                max_pool_connections=16,
            ),
        )

    def address_of(self, url: str) -> str:
        """Translate an URL of AWS; see the port."""
        if found := _API.match(url):
            return f"{self.endpoint}/_aws/execute-api/{found['api']}{found['path'] or ''}"
        if found := _FUNCTION.match(url):
            return f"{self.endpoint}/_aws/lambda-url/{found['function']}{found['path'] or ''}"
        raise Invalid(f"{url} is not the address of an API or function")

    def report(self, account: str) -> Report:
        """Give what the emulator saw; see the port."""
        _status, answer = self._ask("GET", "/_plus/report", account=account)
        return msgspec.json.decode(answer, type=Report)

    def fire(self, schedule: str, *, account: str, group: str = "default") -> str:
        """Fire one schedule now; see the port."""
        status, answer = self._ask("POST", "/_plus/fire", name=schedule, group=group, account=account)
        if status != HTTPStatus.OK:
            said = answer.decode(errors="replace")
            raise NotFound(f"The schedule {group}/{schedule} of account {account} did not fire: {said}")
        return msgspec.json.decode(answer, type=dict[str, str])["fired"]

    def forget(self, account: str) -> None:
        """End the warm functions of an account; see the port."""
        self._ask("POST", "/_plus/reset", account=account)

    def listener(self) -> socket.socket:
        """Give a listening socket for a recording fake; see the port."""
        return self._process.listener()

    def memory(self) -> int:
        """Give the proportional set size of the emulator and of all warm functions, in bytes."""
        return pss_of(family_of(self._process.pid))

    def stop(self) -> None:
        """End it; see the port."""
        if hasattr(self, "_process"):
            self._process.stop()
        shutil.rmtree(self._room, ignore_errors=True)

    def __enter__(self) -> Self:
        """Give the running emulator."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it, whatever happened."""
        self.stop()
