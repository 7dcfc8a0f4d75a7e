"""What the routes of processes take and give."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from skafu.web_api.envelope import Body, example


class Stopping(Body):
    """Why a process is not wanted any more."""

    model_config = example({"reason": "not wanted any more"})

    reason: str = Field(default="", max_length=500, description="Stays on record.")


class ProcessStepOut(BaseModel):
    """A step of a process."""

    step: str
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    attempt: int = Field(description="How often it was started.")
    reason: str = Field(description="Why it failed, in plain words.")


class ProcessOut(BaseModel):
    """A process of a project as it stands."""

    project_id: str
    kind: Literal["provisioning", "update"]
    state: Literal["running", "failed", "finished", "cancelled"]
    round: int = Field(description="How often it was begun.")
    step: str
    steps: list[ProcessStepOut]
    reason: str = Field(description="Why it failed, was cancelled, or takes longer, in plain words.")
    next_action: str = Field(description="What can safely be done next.")
    again_at: datetime | None = Field(description="When the step is tried again by itself; null when it is not.")
    left: str = Field(description="What stands outside because of it, as long as it has not finished.")
    repository: str
    address: str
    pull_request: str
    version: int


class ProcessRow(BaseModel):
    """A process in a list."""

    project_id: str
    kind: Literal["provisioning", "update"]
    name: str
    state: Literal["running", "failed", "finished", "cancelled"]
    step: str
    reason: str
    next_action: str
    left: str
    begun_at: datetime
    updated_at: datetime
