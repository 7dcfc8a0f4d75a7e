"""Nothing was given up but what the proof itself had made undeliverable."""

from skafu.proof.driving.queues import Queues
from skafu.proof.driving.trial import Trial


def check_dead_letters(queues: Queues) -> Trial:
    """See that every dead-letter queue is empty."""
    trial = Trial("deployed.dead-letters")
    for name in queues.dead_letters():
        trial.count("queues")
        if size := queues.size(name):
            bodies = "; ".join(body[:300] for body in queues.look(name)[:3])
            fix = "Look at the error bus and the log of the function that reads the queue in front of it."
            trial.problem(f"{name} holds {size} messages, expected none: {bodies}", fix=fix)
    return trial
