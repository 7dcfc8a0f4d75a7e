"""The console script `skafu`: starts the command line without looking for garbage while modules are imported."""

import gc
import os
import sys

_COMPLETION = "_SKAFU_COMPLETE"


def run() -> None:
    """Run the command line.

    What is imported lives as long as the process. Not looking through it again and again, nor taking it apart in the
    end, saves a sixth of a short run; `LazyGroup` wakes the collector once a command is imported. A plain `render`
    does without click, which saves a tenth.
    """
    gc.disable()
    try:
        if sys.argv[1:2] != ["render"] or _COMPLETION in os.environ or not _rendered(sys.argv[2:]):
            from skafu.entrypoints.cli.main import run as command_line

            command_line()
    finally:
        gc.freeze()


def _rendered(words: list[str]) -> bool:
    """Fill a template in when that is all that is wanted; say whether it was."""
    from skafu.entrypoints.cli.render.plain import plain_options

    options = plain_options(words)
    if options is None:
        return False
    from skafu.entrypoints.cli.ending import end_like_ctrl_c
    from skafu.entrypoints.cli.render.filling import render

    gc.freeze()
    gc.enable()
    end_like_ctrl_c()
    try:
        render(options)
        sys.stdout.flush()
    except BaseException as error:  # noqa: BLE001 - `leave` raises again what is no error of a user
        from skafu.entrypoints.cli.main import leave

        leave(error)
    return True
