"""Work that commands leave to be done: asked for by an event, done at least once, by any process."""

from skafu.storage.work.asking import AskForWork
from skafu.storage.work.chores import Chore, ChoreRunner
from skafu.storage.work.queue import QueuedWork, WorkQueue
from skafu.storage.work.runner import WorkRunner
from skafu.storage.work.work import GivenUp, HearPutOff, Lane, Later, PutOff, Work, WorkKind

__all__ = [
    "AskForWork",
    "Chore",
    "ChoreRunner",
    "GivenUp",
    "HearPutOff",
    "Lane",
    "Later",
    "PutOff",
    "QueuedWork",
    "Work",
    "WorkKind",
    "WorkQueue",
    "WorkRunner",
]
