"""Files: links are for whom the blueprint says, take exactly what was announced, and lead to what was uploaded."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from skafu.blueprint.files import FileRoute, download_of, upload_of
from skafu.blueprint.resolved import ResolvedService
from skafu.proof.driving.driver import CREATED, Driver
from skafu.proof.driving.http import SECONDS_FOR_AN_ANSWER, Answer, Request
from skafu.proof.driving.trial import Trial
from skafu.proof.driving.users import JUNK_TOKEN, User

CONTENT = b"What somebody uploaded."
_KIND = "text/plain"
_GOOD = {"content_type": _KIND, "size": len(CONTENT)}
_BAD: tuple[dict[str, Any], ...] = (
    {},
    {**_GOOD, "size": 0},
    {**_GOOD, "size": 10**12},
    {**_GOOD, "content_type": "anything"},
    {**_GOOD, "unheard_of": 1},
)


def check_files(driver: Driver) -> Trial:
    """See that files are uploaded and downloaded by links, and by nobody else."""
    trial = Trial("deployed.files")
    for service in driver.landscape.system.services:
        upload, download = upload_of(service), download_of(service)
        if download:
            _Files(driver, trial, service, upload, download).check()
    return trial


@dataclass(frozen=True)
class _Files:
    """The files of one service."""

    driver: Driver
    trial: Trial
    service: ResolvedService
    upload: FileRoute | None
    download: FileRoute

    def check(self) -> None:
        file_id, owner = str(uuid.uuid4()), self._people(self.download)[0]
        self._see_doors(self.download, Request("GET", self.download.route.path, {"file_id": file_id}))
        self._expect(self._link(owner, file_id), HTTPStatus.NOT_FOUND, "a link to a file that is not there")
        if self.upload is None:
            self._put_without_link(file_id)
            self._see_download(owner, file_id, others=True)
            return
        request = Request("POST", self.upload.route.path, body=_GOOD)
        self._see_doors(self.upload, request)
        owner, *others = self._people(self.upload)
        for body in _BAD:
            answer = self._send(Request("POST", self.upload.route.path, token=owner.token, body=body))
            self._expect(answer, HTTPStatus.BAD_REQUEST, f"a link for {body}")
        uploaded = self._uploaded(owner)
        if uploaded:
            self._see_download(owner, uploaded, others=False)
            for other in others[:1]:
                self._see_download(other, uploaded, others=True)

    def _people(self, of: FileRoute) -> list[User]:
        return self.driver.users.having(of.roles)

    def _send(self, request: Request) -> Answer:
        self.trial.count("requests")
        return self.driver.api.send(request)

    def _see_doors(self, of: FileRoute, request: Request) -> None:
        """See that nobody gets a link who has no token, a junk token, or another role."""
        for token, said in (("", "without a token"), (JUNK_TOKEN, "with a junk token")):
            answer = self._send(
                Request(request.method, request.path, request.parameters, token=token, body=request.body)
            )
            self._expect(answer, HTTPStatus.UNAUTHORIZED, f"{request.method} {request.path} {said}")
        for user in self.driver.users.lacking(of.roles):
            answer = self._send(
                Request(request.method, request.path, request.parameters, token=user.token, body=request.body)
            )
            self._expect(answer, HTTPStatus.FORBIDDEN, f"{request.method} {request.path} as {user}")

    def _uploaded(self, owner: User) -> str:
        """Upload a file, after some that are not what was announced; give its id, or nothing where that failed."""
        answer = self._send(Request("POST", self.upload_path, token=owner.token, body=_GOOD))
        data = answer.data if isinstance(answer.data, dict) else {}
        if answer.status != CREATED or not {"file_id", "method", "url", "headers"} <= data.keys():
            self._problem(f"a link to upload: expected 201 with a link, got {answer}")
            return ""
        file_id, url, headers = str(data["file_id"]), str(data["url"]), dict(data["headers"])
        self._expect(self._link(owner, file_id), HTTPStatus.NOT_FOUND, "a link to a file that was not uploaded yet")
        for said, method, sent, content in _strangers(headers):
            status, _content = self._call(method, url, sent, content)
            if status < HTTPStatus.BAD_REQUEST:
                self._problem(f"{said} was uploaded with the link for {_GOOD}: expected to be refused, got {status}")
        status, answered = self._call("PUT", url, headers, CONTENT)
        if status != HTTPStatus.OK:
            self._problem(f"the upload of what was announced: expected 200, got {status} {answered[:300]!r}")
            return ""
        self.trial.count("uploads")
        return file_id

    @property
    def upload_path(self) -> str:
        """The path of the route for uploads."""
        return self.upload.route.path if self.upload else ""

    def _link(self, user: User, file_id: str) -> Answer:
        return self._send(Request("GET", self.download.route.path, {"file_id": file_id}, token=user.token))

    def _see_download(self, user: User, file_id: str, *, others: bool) -> None:
        """Download a file; whether other people's files may be had is a rule of the project's own."""
        answer = self._link(user, file_id)
        if others:
            self.trial.record(f"files of others in {self.service.names.kebab}", _RULES.get(answer.status, "?"))
        if others and answer.status == HTTPStatus.NOT_FOUND:
            return
        url = answer.data.get("url") if isinstance(answer.data, dict) else None
        if answer.status != HTTPStatus.OK or not url:
            self._problem(f"a link to download as {user}: expected 200 with a link, got {answer}")
            return
        status, content = self._call("GET", str(url), {}, b"")
        if (status, content) != (HTTPStatus.OK, CONTENT):
            self._problem(f"the download: expected what was uploaded, got {status} {content[:300]!r}")
        status, _content = self._call("GET", str(url).partition("?")[0], {}, b"")
        if status < HTTPStatus.BAD_REQUEST:
            self._problem(f"the download without its signature: expected to be refused, got {status}")
        self.trial.count("downloads")

    def _put_without_link(self, file_id: str) -> None:
        """Put a file there as it comes from outside."""
        bucket = f"{self.driver.names.bucket_of(self.service.names.kebab, 'files')}-{self.driver.clients.account}"
        self.driver.clients.files.put_object(Bucket=bucket, Key=f"files/{file_id}", Body=CONTENT, ContentType=_KIND)

    def _call(self, method: str, url: str, headers: Mapping[str, str], content: bytes) -> tuple[int, bytes]:
        parts = urlsplit(url)
        connection = HTTPConnection(parts.netloc, timeout=SECONDS_FOR_AN_ANSWER)
        try:
            connection.request(method, f"{parts.path}?{parts.query}".rstrip("?"), content or None, dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def _expect(self, answer: Answer, status: HTTPStatus, said: str) -> None:
        if answer.status != status:
            self._problem(f"{said}: expected {status.value}, got {answer}")

    def _problem(self, message: str) -> None:
        self.trial.problem(message, f"services.{self.service.names.kebab}")


_RULES = {200: "may be downloaded", 404: "are not found"}
"""What the project's own rule says of other people's files."""


def _strangers(headers: Mapping[str, str]) -> Iterator[tuple[str, str, dict[str, str], bytes]]:
    """Give uploads that are not what was announced."""
    named = {name.lower(): name for name in headers}
    kind, size = named.get("content-type", "Content-Type"), named.get("content-length", "Content-Length")
    yield "another type", "PUT", {**headers, kind: "text/html"}, CONTENT
    yield "something longer", "PUT", {**headers, size: str(len(CONTENT) + 1)}, CONTENT + b"!"
    if uploader := named.get("x-amz-meta-uploader"):
        yield "something of another uploader", "PUT", {**headers, uploader: "somebody"}, CONTENT
