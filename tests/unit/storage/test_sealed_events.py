"""Whatever people are called and whenever they are erased: who is not erased is read, who is erased is not."""

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st
from sealed_stores import Joined, sealed
from storage_samples import ACME, ORIGIN, OTHER, events_of

from skafu.kernel.personal import ERASED
from skafu.storage import ANY
from skafu.storage.adapters.memory import memory_storage
from skafu.storage.adapters.memory.erasure import MemorySubjectKeys
from skafu.storage.erasure import Subject

SUBJECTS = st.sampled_from(["u", "u ", "ü", '"', "u,u", "~sealed"])
TENANTS = st.sampled_from([ACME, OTHER])
JOINING = st.builds(
    Joined, user=SUBJECTS, mail=st.text().map(lambda text: f"<<{text}>>"), born=st.none() | st.integers(-(2**53), 2**53)
)
STEPS = st.lists(st.tuples(TENANTS, JOINING) | st.builds(Subject, TENANTS, SUBJECTS), max_size=12)


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_personal_fields_are_there_as_long_as_their_key(steps: list[Subject | tuple[str, Joined]]) -> None:
    async def story() -> None:
        keys = MemorySubjectKeys()
        storage = memory_storage(sealed(keys))
        for step in steps:
            if isinstance(step, Subject):
                await keys.erase([step])
            else:
                tenant = ACME if step[0] == ACME else OTHER
                await storage.events.append(tenant, "s", [step[1]], expected=ANY, origin=ORIGIN)
        erased = {step for step in steps if isinstance(step, Subject)}
        for tenant in (ACME, OTHER):
            said = [step[1] for step in steps if not isinstance(step, Subject) and step[0] == tenant]
            read = events_of(await storage.events.read_stream(tenant, "s"))
            assert read == [_forgotten(each) if Subject(tenant, each.user) in erased else each for each in said]

    asyncio.run(story())


def _forgotten(event: Joined) -> Joined:
    return Joined(event.user, ERASED, None if event.born is None else 0, event.plan)
