"""Opens a deployed system for driving: people, taps, and reactions held back; and leaves it as it was."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from skafu.blueprint.resolved import System
from skafu.proof.driving.bus_events import Key, key_of_entry, wait_for_all
from skafu.proof.driving.deliveries import admit_senders
from skafu.proof.driving.deployed import Clients, Deployed, ResourceNames
from skafu.proof.driving.driver import PATIENCE, Driver
from skafu.proof.driving.hold import Rules
from skafu.proof.driving.http import Api
from skafu.proof.driving.landscape import Landscape
from skafu.proof.driving.outside import OutsideSystems
from skafu.proof.driving.queues import Queues
from skafu.proof.driving.tap import Tap
from skafu.proof.driving.users import Registry
from skafu.proof.local_aws.port import LocalAws


@dataclass(frozen=True)
class Opened:
    """A system that can be driven.

    Attributes:
        driver: drives it.
        rules: of its bus, disabled.
        queues: of the system.
        outside: the fakes of outside systems, where it was deployed with them.
        waited_for: the events that were waited for, whether they came or not.
    """

    driver: Driver
    rules: Rules
    queues: Queues
    outside: OutsideSystems | None = None
    waited_for: set[Key] = field(default_factory=set)

    def settle(self) -> None:
        """Wait until everything that the ledger knows has passed on the bus, so that nothing is on its way any more."""
        wanted = {key_of_entry(entry) for entry in self.driver.ledger.entries if entry.published} - self.waited_for
        wait_for_all(self.driver, wanted)
        self.waited_for.update(wanted)


@contextmanager
def opened(system: System, deployed: Deployed, aws: LocalAws, patience: float = PATIENCE) -> Iterator[Opened]:
    """Open a system; reactions are held back until rules are enabled, and let go at the end.

    Args:
        system: the resolved blueprint.
        deployed: where it stands.
        aws: the local AWS.
        patience: seconds that something may take that happens by itself.

    Raises:
        Refused: the user pool does not let people in.
    """
    clients = Clients(aws, deployed.account)
    names = ResourceNames(system.names.kebab, deployed.stage)
    outputs = deployed.outputs
    users = Registry(clients.cognito, outputs["UserPoolId"], outputs["UserPoolClientId"]).enrol(system.roles)
    rules = Rules.of(clients, outputs["BusName"], names.prefix)
    rules.disable()
    tap = f"skafu-tap-{secrets.token_hex(4)}"
    try:
        with (
            Api(aws.address_of(outputs["ApiUrl"])) as api,
            Tap(clients, outputs["BusName"], tap) as bus,
            Tap(clients, outputs["ErrorBusName"], f"{tap}-errors") as errors,
        ):
            driver = Driver(Landscape(system), names, clients, api, users, bus, errors, patience)
            if deployed.outside:
                admit_senders(driver, list(deployed.outside.senders.values()))
            yield Opened(driver, rules, Queues.of(clients, names.prefix), deployed.outside)
    finally:
        rules.enable()
