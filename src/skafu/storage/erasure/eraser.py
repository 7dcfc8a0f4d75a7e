"""Makes a person forgotten: on record, for ever, and in every read model that held something of theirs."""

from collections.abc import Sequence

import msgspec

from skafu.kernel.errors import Conflict, NotFound
from skafu.kernel.identity import Clock, checked_name
from skafu.storage.documents import Documents
from skafu.storage.erasure.keys import Erasure, ErasureLog, Subject, SubjectKeys
from skafu.storage.projections.builds import Builds


class Erased(msgspec.Struct, frozen=True):
    """What has become of an erasure.

    Attributes:
        erasure: the entry in the log.
        had_key: whether there was anything to forget; not so for a second time, or a wrong id.
        rebuilding: projections that are being built anew, without the person.
        again: projections whose rebuild was under way already and may have read the person: rebuild them once more.
        unknown: projections that nobody has ever followed here: they hold nothing.
    """

    erasure: Erasure
    had_key: bool
    rebuilding: tuple[str, ...] = ()
    again: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


class Reapplied(msgspec.Struct, frozen=True):
    """What has become of all erasures that were ever on record, after a restore.

    Attributes:
        erased: how many subjects there are; the keys of all of them are destroyed.
        rebuilding: projections that are being built anew, because a backup may have held something of theirs.
        again: projections whose rebuild was under way already: rebuild them once more when it has ended.
    """

    erased: int
    rebuilding: tuple[str, ...] = ()
    again: tuple[str, ...] = ()


class Eraser:
    """Erases subjects."""

    def __init__(self, keys: SubjectKeys, log: ErasureLog, documents: Documents, clock: Clock) -> None:
        """Know where everything is kept."""
        self._keys = keys
        self._log = log
        self._builds = Builds(documents)
        self._clock = clock

    async def erase(self, subject: Subject, *, by: str, rebuild: Sequence[str] = ()) -> Erased:
        """Destroy the key of a subject.

        The log comes first: whatever interrupts this, `reapply` finishes it.

        Args:
            subject: who is to be forgotten.
            by: who wants it; an opaque id.
            rebuild: the projections that hold personal fields, snapshots included.

        Raises:
            Invalid: a name is not usable.
            Unavailable: the log or the keys cannot be written.
        """
        checked_name(subject.id, "the id of a subject")
        erasure = Erasure(subject, checked_name(by, "who erases"), self._clock(), tuple(rebuild))
        had_key = subject in await self._keys.opening([subject])
        await self._log.record(erasure)
        await self._keys.erase([subject])
        return Erased(erasure, had_key, *await self._rebuilt(rebuild))

    async def reapply(self) -> Reapplied:
        """Destroy the keys of all who were ever erased, and rebuild what held something of theirs.

        For a store whose keys or events come from a backup; it serves once the rebuilds have ended.

        Raises:
            Unavailable: the log cannot be read, or the keys cannot be written.
        """
        entries = await self._log.entries()
        subjects = {each.subject for each in entries}
        if subjects:
            await self._keys.erase(subjects)
        rebuilding, again, _ = await self._rebuilt(sorted({name for each in entries for name in each.rebuild}))
        return Reapplied(len(subjects), rebuilding, again)

    async def _rebuilt(self, projections: Sequence[str]) -> list[tuple[str, ...]]:
        """The projections whose rebuild was begun, those whose rebuild was under way, and those that are not known."""
        begun = {name: await self._begun(name) for name in projections}
        return [tuple(name for name, done in begun.items() if done is each) for each in (True, False, None)]

    async def _begun(self, projection: str) -> bool | None:
        """Whether a rebuild was begun; none when nobody has ever followed the projection: it holds nothing."""
        try:
            await self._builds.begin(projection)
        except NotFound:
            return None
        except Conflict:
            return False
        return True
