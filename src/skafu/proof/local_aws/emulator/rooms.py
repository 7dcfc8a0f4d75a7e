"""All patches by name, in the order in which they are applied."""

from . import (
    admin,
    cloudformation,
    event_targets,
    http_api,
    identity,
    lambda_runtime,
    permissions,
    properties,
    queues,
    scheduler,
    streams,
)
from .patching import Patches

# `cloudformation` comes last: it wraps the handlers of all resource types, the patched ones too.
ROOMS = (
    admin,
    permissions,
    lambda_runtime,
    http_api,
    event_targets,
    scheduler,
    queues,
    streams,
    identity,
    properties,
    cloudformation,
)
PATCHES: Patches = {name: install for room in ROOMS for name, install in room.PATCHES.items()}
