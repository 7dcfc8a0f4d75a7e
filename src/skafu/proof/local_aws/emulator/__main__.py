"""`python -m emulator`: MiniStack with every patch that `PLUS_OFF` does not name.

Environment: `GATEWAY_PORT`, `AUTH=true`, `LAMBDA_PYTHON` (interpreter with boto3 only, for the functions), `PLUS_OFF`,
`TMPDIR` (a folder of its own; the caller removes it). Give the process its own group and end that with SIGKILL.
"""

import os

# MiniStack reads these as it is imported.
os.environ.setdefault("BIND_HOST", "127.0.0.1")
os.environ.setdefault("IOT_MTLS_ENABLED", "0")

from ministack import app

from .patching import switched_off
from .rooms import PATCHES


def main() -> None:
    """Apply the patches and serve."""
    unknown = switched_off() - PATCHES.keys()
    if unknown:
        raise SystemExit(f"PLUS_OFF names no patch: {', '.join(sorted(unknown))}")
    for name, install in PATCHES.items():
        if name not in switched_off():
            install()
    app.main()


if __name__ == "__main__":
    main()
