"""The operations of the API from the command line, in this process, against one server that runs."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import msgspec
import pytest
from click.testing import CliRunner
from platform_process import platform_process
from remote_command_line import RemoteCommandLine, link_of
from shop_blueprint import SHOP, changed

from skafu.entrypoints.cli.main import skafu
from skafu.kernel.errors import Conflict, NotFound, Refused, SkafuError

BLUEPRINT = Path(__file__).parents[3] / "examples" / "todo" / "skafu.yaml"
WORDS = "Customers place orders. The warehouse ships orders."
Json: TypeAlias = Any
Run = Callable[..., str]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Runs a command, and gives what it prints; what is wrong is raised."""
    folder = tmp_path_factory.mktemp("server")
    with platform_process("up", "--data", str(folder), "--port", "0") as server:
        address = server.address()
        person = RemoteCommandLine(tmp_path_factory.mktemp("owner"))
        person.run("login", given=link_of(server))
        token = person.run("tokens", "create", "tests", "--role", "admin").strip()
        variables = {"SKAFU_URL": address, "SKAFU_TOKEN": token, "XDG_CONFIG_HOME": str(folder)}

        def command(*words: str) -> str:
            done = CliRunner().invoke(skafu, words, env=variables, standalone_mode=False)
            if isinstance(done.exception, SkafuError):
                raise done.exception
            assert done.exit_code == 0, (words, done.output, done.exception)
            return done.stdout

        yield command


def data(run: Run, *words: str) -> Json:
    return msgspec.json.decode(run(*words, "--json"))


def rows(run: Run, *words: str) -> list[Json]:
    """The rows of a listing, once there are some: read models are a moment behind."""
    for _ in range(100):
        if found := data(run, *words):
            break
        threading.Event().wait(0.05)
    return list(found)


def test_an_analysis_leads_to_a_draft_that_is_accepted(run: Run) -> None:
    begun = data(run, "analyses", "begin", WORDS, "--watch")
    assert (begun["status"], bool(begun["draft_id"])) == ("completed", True)
    analysis, draft = begun["id"], begun["draft_id"]
    assert data(run, "analyses", "show", analysis)["draft_id"] == draft
    assert data(run, "analyses", "steps", analysis)[0]["number"] == 1
    assert [each["id"] for each in rows(run, "analyses", "list")] == [analysis]
    assert [each["id"] for each in rows(run, "drafts", "list", "--status", "open")] == [draft]
    assert run("drafts", "show", draft).startswith(f"draft {draft} is open\n")
    assert "services:" in run("drafts", "show", draft, "--blueprint")
    assert run("drafts", "accept", draft) == f"draft {draft} is accepted\n"
    with pytest.raises(Conflict):
        run("drafts", "discard", draft, "--reason", "too late")
    assert rows(run, "usage", "list")[0]["asked"] == 1
    assert data(run, "usage", "budget", "--set", "5000")["tokens"] == data(run, "usage", "budget")["tokens"] == 5000


def test_recommendations_are_followed_or_not(run: Run, tmp_path: Path) -> None:
    wrong = tmp_path / "skafu.yaml"
    wrong.write_text(changed(("sort: sku", "sort: skuu"), ("after: 15 minutes", "after: 15 minuts")))
    analysis = data(run, "analyses", "begin", "--blueprint", str(wrong), "--watch")["id"]
    first, second = (each["id"] for each in rows(run, "recommendations", "list", "--analysis", analysis))
    assert data(run, "recommendations", "show", first)["status"] == "open"
    draft = data(run, "recommendations", "apply", first, "--blueprint", str(wrong))
    assert run("drafts", "discard", draft["id"]) == f"draft {draft['id']} is discarded\n"
    dismissed = f"recommendation {second} is dismissed\n"
    assert run("recommendations", "dismiss", second, "--reason", "we want it so") == dismissed
    found = data(run, "analyses", "begin", "--blueprint", str(wrong), "--watch")["id"]
    again = [each["id"] for each in rows(run, "recommendations", "list", "--analysis", found)]
    proposed = data(run, "drafts", "propose", *again)
    assert proposed["blueprint"] == SHOP


def test_proofs_are_looked_at_and_taken_over(run: Run) -> None:
    run("projects", "create", "todo", "--blueprint", str(BLUEPRINT), "--no-provision")
    for words in ((), ("--record",), ("--report",)):
        with pytest.raises(NotFound, match="proof"):
            run("projects", "proof", "todo", *words)
    with pytest.raises((Conflict, Refused)):
        run("projects", "override", "todo", "--person", "Ann", "--reason", "it is a demonstration")
    made = data(run, "projects", "show", "todo")["created_at"]
    assert [each["name"] for each in rows(run, "projects", "list", "--created-after", made)] == ["todo"]
    assert data(run, "projects", "list", "--created-before", made) == []
    assert data(run, "runs", "list", "--project", "todo", "--created-after", made) == []


def test_alerts_and_who_is_told_of_them(run: Run) -> None:
    added = data(run, "channels", "add", "webhook", "https://example.org/hook", "--title", "Ops")
    assert added["secret"].startswith("whsec_")
    assert [each["id"] for each in rows(run, "channels", "list")] == [added["id"]]
    rule = ("alarms", "define", "busy", "--title", "Busy", "--metric", "events", "--channel", added["id"])
    assert data(run, *rule, "--threshold", "1000")["threshold"] == 1000
    assert data(run, *rule, "--threshold", "2000", "--change")["threshold"] == 2000
    run("alarms", "remove", "busy")
    run("channels", "remove", added["id"])


def test_what_happened_is_observed(run: Run) -> None:
    assert {"metric": "events"} in rows(run, "observe", "metrics")
    assert data(run, "observe", "metrics", "events")["points"]
    first = rows(run, "observe", "traces", "--limit", "1")[0]["id"]
    assert data(run, "observe", "traces", first)["spans"]
    assert {each["correlation_id"] for each in rows(run, "observe", "logs", "--correlation-id", first)} == {first}
    assert data(run, "observe", "users")[0]["role"] == "admin"
    assert data(run, "observe", "health")["parts"]
    assert data(run, "observe", "costs")["region"]
    assert data(run, "observe", "costs", "--forecast")["basis"]
    run("projects", "create", "twice")
    with pytest.raises(Conflict):
        run("projects", "create", "twice")
    (failed,) = rows(run, "errors", "--text", "twice", "--severity", "WARNING")
    assert failed["data"]["errorCode"] == "PROJECT_NAME_TAKEN"
    assert data(run, "errors", "--text", "nothing says this") == []
    assert data(run, "errors", "--installation") == data(run, "errors", "--installation", "--codes") == []


def test_organisations_are_founded_and_named(run: Run) -> None:
    (own,) = data(run, "organisations", "list")
    measures = {each["measure"] for each in data(run, "organisations", "quotas")}
    assert {"projects", "proofs", "storage"} <= measures
    renamed = data(run, "organisations", "rename", own["name"], "Acme")
    assert renamed["name"] == data(run, "organisations", "list")[0]["name"] == "Acme"
    with pytest.raises(Refused, match="a token cannot do this"):
        run("organisations", "create", "Another")
    with pytest.raises(NotFound, match="do not belong"):
        run("organisations", "quotas", "Elsewhere")
