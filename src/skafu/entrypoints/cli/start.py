"""The console script `skafu`: starts the command line without looking for garbage while modules are imported."""

import gc


def run() -> None:
    """Run the command line.

    What is imported lives as long as the process. Not looking through it again and again, nor taking it apart in the
    end, saves a sixth of a short run; `LazyGroup` wakes the collector once a command is imported.
    """
    gc.disable()
    from skafu.entrypoints.cli.main import run as command_line

    try:
        command_line()
    finally:
        gc.freeze()
