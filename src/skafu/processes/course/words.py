"""The words of processes: which there are, their steps, and what is learned on the way."""

from typing import Final, Literal, get_args

import msgspec

Kind = Literal["provisioning", "update"]
Step = Literal[
    "analysis",
    "blueprint",
    "template",
    "generation",
    "proof",
    "release",
    "repository",
    "push",
    "configuration",
    "proposal",
    "record",
]

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

FROM_DESCRIPTION: Final[tuple[Step, ...]] = (
    "analysis",
    "blueprint",
    "template",
    "generation",
    "proof",
    "release",
    "repository",
    "push",
    "configuration",
    "record",
)
FROM_BLUEPRINT: Final = FROM_DESCRIPTION[2:]
UPDATE: Final[tuple[Step, ...]] = ("generation", "proof", "release", "proposal", "record")

PROOF_FOLLOWS: Final = frozenset(FROM_DESCRIPTION[: FROM_DESCRIPTION.index("proof") + 1])
"""The steps that a proof follows upon, itself among them."""

GO_BACK_TO: Final[dict[Step, Step]] = {"blueprint": "analysis", "proof": "generation"}
"""Where a retry begins when it is not the step that failed: what went before it may be different by now."""

BEGIN_AGAIN_AT: Final[dict[Step, Step]] = {
    **GO_BACK_TO,
    "repository": "release",
    "push": "release",
    "configuration": "release",
    "proposal": "generation",
    "record": "release",
}
"""Likewise for what was cancelled: its repository was taken back, and other files may have been proven since."""


class Known(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a process knows; empty is what it has not learned yet. Ids are those of the contexts, and opaque here.

    Attributes:
        life: how many projects of this name there have been, this one among them.
        brief: the description, among the contents of the organisation.
        blueprint: the planned one, likewise.
        delivery: the archive of the files with the record of their proof, likewise.
        report: that record for people, likewise.
    """

    name: str = ""
    title: str = ""
    brief: str = ""
    template: str = ""
    template_version: str = ""
    host: str = ""
    owner: str = ""
    private: bool = True
    blueprint: str = ""
    draft_id: str = ""
    revision: int = 0
    delivery: str = ""
    report: str = ""
    repository_id: str = ""
    repository: str = ""
    address: str = ""
    branch: str = ""
    commit: str = ""
    pull_request: str = ""
    life: int = 1

    def without_repository(self, *, kept: bool) -> "Known":
        """What is known when the repository was taken back; the name of one that was kept is not free any more."""
        empty = Known()
        names = ("repository_id", "repository", "address", "branch", "commit", "pull_request")
        gone = {name: getattr(empty, name) for name in names}
        return msgspec.structs.replace(self, life=self.life + kept, **gone)

    def and_also(self, learned: "Known") -> "Known":
        """All that is known now: what was learned later counts."""
        before = msgspec.structs.asdict(Known())
        news = {name: value for name, value in msgspec.structs.asdict(learned).items() if value != before[name]}
        return msgspec.structs.replace(self, **news)
