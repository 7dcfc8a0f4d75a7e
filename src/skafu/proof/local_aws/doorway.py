"""Starts the emulator with a listening socket handed in from outside; runs with the emulator's interpreter.

A socket stays in the network that it was made in. So the emulator and the functions that it runs sit in a closed
network with loopback only, and its maker still reaches it through the socket that it made itself.
"""

import os
import runpy
from importlib import import_module


def listen_at(door: str, *, inside_too: bool) -> None:
    """Make hypercorn listen at the handed-in socket, and at the address inside where that is another network."""
    config = import_module("hypercorn.config").Config

    def bind(self: object, value: list[str] | str) -> None:
        inside = [value] if isinstance(value, str) else list(value)
        vars(self)["_bind"] = [*(inside if inside_too else []), f"fd://{door}"]

    config.bind = config.bind.setter(bind)


if __name__ == "__main__":
    listen_at(os.environ.pop("DOOR"), inside_too=os.environ.get("SANDBOX_NETWORK") == "closed")
    runpy.run_module("emulator", run_name="__main__", alter_sys=True)
