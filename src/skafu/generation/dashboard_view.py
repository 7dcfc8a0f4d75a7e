"""What the dashboard of a system shows: the API, and a row of graphs for each service."""

from skafu.generation.aggregate_view import View
from skafu.generation.operations_view import dead_letters

WHOLE_WIDTH, HEIGHT = 24, 6
"""The grid of a CloudWatch dashboard is 24 wide."""
PREFIX = "{}-${{Stage}}"
MILLISECONDS = ({"stat": "p50"}, {"stat": "p95"})


def dashboard_view(system: str, services: list[View], *, rest: bool) -> list[View]:
    """The graphs of the dashboard, placed; names hold `${Stage}` and `${Api}` for `Fn::Sub`.

    Args:
        system: the system's name.
        services: the views of its services.
        rest: its API is a REST API, which has other metrics.
    """
    prefix = PREFIX.format(system)
    rows = [_rest_api(prefix) if rest else _http_api(), *(_service(prefix, service) for service in services)]
    return [
        graph | {"x": column * WHOLE_WIDTH // len(row), "y": number * HEIGHT, "width": WHOLE_WIDTH // len(row)}
        for number, row in enumerate(rows)
        for column, graph in enumerate(row)
    ]


def _graph(title: str, unit: str, stat: str, metrics: list[list[object]]) -> View:
    return {"title": title, "unit": unit, "stat": stat, "height": HEIGHT, "metrics": metrics}


def _http_api() -> list[View]:
    return _api(["ApiId", "${Api}"], ("Count", "4xx", "5xx"))


def _rest_api(prefix: str) -> list[View]:
    return _api(["ApiName", prefix], ("Count", "4XXError", "5XXError"))


def _api(api: list[object], counts: tuple[str, ...]) -> list[View]:
    return [
        _graph("API", "requests", "Sum", [["AWS/ApiGateway", name, *api] for name in counts]),
        _graph("API: latency", "ms", "p95", [["AWS/ApiGateway", "Latency", *api, stat] for stat in MILLISECONDS]),
    ]


def _service(prefix: str, service: View) -> list[View]:
    own: list[object] = ["service", service["name"]]
    readers = [service["resources"]["functions"][one.lower()] for one in service["alarms"]["readers"]]
    title = service["title"]
    graphs = [_graph(f"{title}: failures", "failures", "Sum", [[prefix, name, *own] for name in ("Failed", "GivenUp")])]
    if service["http_functions"]:
        durations = [[prefix, "Duration", *own, stat] for stat in MILLISECONDS]
        graphs.append(_graph(f"{title}: requests", "ms", "p95", durations))
    ages: list[list[object]] = [["AWS/Lambda", "IteratorAge", "FunctionName", one] for one in readers]
    given_up: list[list[object]] = [
        ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", one["name"]] for one in dead_letters(service)
    ]
    graphs.append(_graph(f"{title}: age of the stream", "ms", "Maximum", ages))
    graphs.append(_graph(f"{title}: given up", "messages", "Maximum", given_up))
    return graphs
