"""What is measured, how fast it is to be, and how it is shown."""

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.figures import Figure
from benchmarks.store.rates import CALLERS, Rate

PROCESSES = 8


@dataclass(frozen=True)
class Case:
    """What is measured, and by how much Skafu is to be faster. Waits are in seconds."""

    engine: str
    what: str
    kind: str
    aim: float = 0.0
    processes: int = 1
    callers: int = 1
    p99: float = 0.0
    longest: float = 0.0
    peer: bool = True
    """Whether the peer can do it at all."""

    @property
    def sides(self) -> tuple[str, ...]:
        """Who takes part."""
        return ("skafu", "peer") if self.peer else ("skafu",)

    @property
    def title(self) -> str:
        """What stands on the page."""
        return f"{self.engine}: {self.what}"


FOLD, UPSERT = "projection catch-up, folded", "projection catch-up, one upsert per event"
FOLLOW = "append returned, then projected"
CASES = (
    Case("PostgreSQL", f"appends, {PROCESSES} writer processes", "append", 6, PROCESSES, p99=0.02),
    Case("PostgreSQL", f"appends, {CALLERS} callers in one process", "append", 6, callers=CALLERS),
    Case("PostgreSQL", "load 100 events", "load", 10),
    Case("PostgreSQL", "read all, decoded", "read", 5),
    Case("PostgreSQL", FOLD, "fold", 100),
    Case("PostgreSQL", UPSERT, "upsert", 15),
    Case("PostgreSQL", FOLLOW, "follow", p99=0.025),
    Case("SQLite", f"appends, {CALLERS} callers in one process", "append", 8, callers=CALLERS),
    Case("SQLite", f"appends, {PROCESSES} writer processes", "append", 0, PROCESSES, p99=0.05, longest=0.5),
    Case("SQLite", "load 100 events", "load", 10),
    Case("SQLite", "read all, decoded", "read", 5),
    Case("SQLite", FOLD, "fold", peer=False),
    Case("SQLite", UPSERT, "upsert", peer=False),
    Case("SQLite", FOLLOW, "follow", p99=0.025, peer=False),
)


def shown(case: Case, rates: dict[str, Rate]) -> Iterator[Figure]:
    """The figures of a case."""
    own, peer = rates["skafu"], rates.get("peer")
    if case.kind != "follow":
        ratio = own.a_second / peer.a_second if peer else 0.0
        text = (
            f"{ratio:.1f}x ({own.a_second:,.0f}/s; peer {peer.a_second:,.0f}/s)" if peer else f"{own.a_second:,.0f}/s"
        )
        yield Figure(case.title, text, f">= {case.aim:g}x" if case.aim else "", ratio >= case.aim if case.aim else None)
    for name, limit, wait, other in (
        ("p99", case.p99, own.p99, peer.p99 if peer else 0.0),
        ("longest wait", case.longest, own.longest, peer.longest if peer else 0.0),
    ):
        if limit:
            beside = f" (peer {other * 1000:.0f} ms)" if peer else ""
            text = f"{wait * 1000:.1f} ms{beside}"
            yield Figure(f"{case.title}, {name}", text, f"<= {limit * 1000:.0f} ms", wait <= limit)
