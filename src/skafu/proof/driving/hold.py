"""Holds reactions back: while the rules of a bus are disabled, an instance changes only when the driver says so."""

from collections.abc import Iterable
from dataclasses import dataclass

from skafu.proof.driving.deployed import Clients


@dataclass(frozen=True)
class Rules:
    """The system's own rules on its bus.

    Attributes:
        clients: of the account.
        bus: name of the bus.
        names: of the rules, without the driver's.
    """

    clients: Clients
    bus: str
    names: tuple[str, ...]

    @classmethod
    def of(cls, clients: Clients, bus: str, prefix: str) -> "Rules":
        """Find the rules of a bus whose names begin with a prefix."""
        found = clients.events.list_rules(EventBusName=bus, NamePrefix=prefix)["Rules"]
        return cls(clients, bus, tuple(sorted(rule["Name"] for rule in found)))

    def disable(self, names: Iterable[str] | None = None) -> None:
        """Let nothing through, by some rules or by all."""
        for name in self.names if names is None else names:
            self.clients.events.disable_rule(Name=name, EventBusName=self.bus)

    def enable(self, names: Iterable[str] | None = None) -> None:
        """Let events through again, by some rules or by all."""
        for name in self.names if names is None else names:
            self.clients.events.enable_rule(Name=name, EventBusName=self.bus)
