"""All patches by name, in the order in which they are applied."""

from . import (
    admin,
    api_permissions,
    cloudformation,
    event_targets,
    http_api,
    http_stage,
    identity,
    lambda_runtime,
    letters,
    metrics,
    permissions,
    pipes,
    properties,
    queues,
    rest_api,
    scheduler,
    streams,
    things,
    topics,
    workflows,
)
from .patching import Patches

# `cloudformation` comes last: it wraps the handlers of all resource types, the patched ones too.
ROOMS = (
    admin,
    permissions,
    lambda_runtime,
    letters,
    metrics,
    http_api,
    http_stage,
    api_permissions,
    rest_api,
    event_targets,
    things,
    topics,
    scheduler,
    queues,
    streams,
    pipes,
    workflows,
    identity,
    properties,
    cloudformation,
)
PATCHES: Patches = {name: install for room in ROOMS for name, install in room.PATCHES.items()}
