"""What can safely be done next when a step of a process has failed, in plain words."""

from typing import Final

from skafu.processes.course.words import Step

_ADVICE: Final[dict[Step, str]] = {
    "analysis": "retry; or write the blueprint yourself, and generate and prove from there",
    "blueprint": "retry; the description is analysed once more",
    "template": "choose another template for the project: it goes on from there by itself; or retry",
    "generation": "save a blueprint without errors, then retry: it is generated from the newest revision",
    "proof": "read the record, mend the blueprint, then retry: it is generated and proven anew; or have an admin take "
    "the files over, which goes on from there",
    "release": "prove the files, or have an admin take them over, then retry",
    "repository": "look at the host and the owner, then retry: nothing was made that you would have to remove",
    "push": "retry: the repository is there, and a push that was done is not done twice",
    "configuration": "retry: what was set already is set to the same again",
    "proposal": "retry: a pull request that is there already is not opened twice",
    "record": "retry",
}


BEGIN_AGAIN: Final = "retry: it begins again where it was stopped; what was made outside meanwhile was taken back"
WAIT: Final = "nothing: it is tried again by itself; or cancel"
WAIT_FOR_ROOM: Final = "nothing: it goes on by itself when there is more, and soon after the tier is raised; or cancel"


def next_action(step: Step, fix: str) -> str:
    """What to do about a step that failed.

    Args:
        step: which.
        fix: what whoever carried it out says to do; may be empty.
    """
    return f"{fix}; then {_ADVICE[step]}" if fix else _ADVICE[step]
