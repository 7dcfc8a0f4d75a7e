"""Traces handed over by OpenTelemetry's protocol: one request is one trace, through every part."""

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import UUID

import notes_part
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from platform_under_test import platform_of


class Collector:
    """A collector on loopback, and the spans that came."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                assert self.path == "/v1/traces"
                request = ExportTraceServiceRequest.FromString(body)
                for resource in request.resource_spans:
                    for scope in resource.scope_spans:
                        outer.spans.extend(scope.spans)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_words: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def of(self, trace: UUID) -> dict[str, Span]:
        return {each.name: each for each in self.spans if each.trace_id == trace.bytes}


@pytest.fixture
def collector() -> Iterator[Collector]:
    collector = Collector()
    thread = threading.Thread(target=collector.server.serve_forever, daemon=True)
    thread.start()
    yield collector
    collector.server.shutdown()
    collector.server.server_close()
    thread.join()


async def test_a_request_is_one_trace_from_the_door_to_the_work_that_follows(
    tmp_path: Path, collector: Collector
) -> None:
    address = f"http://127.0.0.1:{collector.server.server_port}"
    async with platform_of(tmp_path, makers=[notes_part], otlp_endpoint=address) as running:
        made = await running.visitor().post("/notes", {"text": "two words"})
        await running.settle()
    spans = collector.of(UUID(made.json()["meta"]["request_id"]))
    assert {"http.request", "command", "store.append", "work"} <= set(spans)
    assert spans["store.append"].parent_span_id
    work = spans["work"]
    attributes = {each.key: each.value.string_value for each in work.attributes}
    assert attributes["kind"] == "notes.count"
    commands = [each for each in collector.spans if each.name == "command" and each.trace_id == work.trace_id]
    assert {each.parent_span_id for each in commands} == {spans["http.request"].span_id, work.span_id}
