"""Renders templates by strangers in worker processes: limited, without network or credentials, replaced at a breach."""

from skafu.workspace.worker_pool.lockdown import WorkerLimits
from skafu.workspace.worker_pool.pool import WorkerPool

__all__ = ["WorkerLimits", "WorkerPool"]
