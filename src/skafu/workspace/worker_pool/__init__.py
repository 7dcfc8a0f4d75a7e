"""Renders templates by strangers in worker processes: limited, without network or credentials, replaced at a breach."""

from skafu.workspace.worker_pool.lockdown import WorkerLimits
from skafu.workspace.worker_pool.pool import WorkerPool

__all__ = ["NETWORK_IS_OPEN", "WorkerLimits", "WorkerPool"]

NETWORK_IS_OPEN = "this system does not allow to close the network for the template"
"""What people should know when `WorkerPool.warm_up` says that."""
