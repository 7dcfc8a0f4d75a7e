"""The composition root of the platform: settings -> adapters -> contexts -> one platform that runs."""

from skafu.server_bootstrap.platform import Platform, open_platform

__all__ = ["Platform", "open_platform"]
