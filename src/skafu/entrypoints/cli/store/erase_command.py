"""`skafu store erase`: a person is forgotten."""

import asyncio

import click

from skafu.entrypoints.cli.store.place import answer, store_command
from skafu.kernel.identity import tenant_id
from skafu.storage.erasure import Erased, Subject
from skafu.store_bootstrap import StorePlace, operated_eraser


@click.command()
@click.argument("tenant")
@click.argument("subject")
@click.option("--by", required=True, metavar="NAME", help="Who wants it, as an opaque id; it stays on record.")
@click.option("--rebuild", multiple=True, metavar="NAME", help="A projection with personal fields; may be repeated.")
@click.option("--yes", is_flag=True, help="Do not ask: it cannot be undone.")
@store_command
def command(
    tenant: str, subject: str, *, by: str, rebuild: tuple[str, ...], yes: bool, place: StorePlace, as_json: bool
) -> None:
    """Destroy the key of the person SUBJECT of the organisation TENANT: nobody reads their personal fields again.

    Read models keep what they have until they are rebuilt: name those with personal fields.
    """
    if not yes:
        click.confirm(f"Erase {subject} of {tenant}? This cannot be undone.", abort=True, err=True)
    found = asyncio.run(_erased(place, Subject(tenant_id(tenant), subject), by, rebuild))
    answer(found, as_json=as_json, words=lambda: _words(found))


async def _erased(place: StorePlace, subject: Subject, by: str, rebuild: tuple[str, ...]) -> Erased:
    async with operated_eraser(place) as eraser:
        return await eraser.erase(subject, by=by, rebuild=rebuild)


def _words(found: Erased) -> str:
    subject = found.erasure.subject
    lines = [f"{subject.id} of {subject.tenant} is erased"]
    lines += [] if found.had_key else ["  there was no key of theirs: is this the right id?"]
    lines += [f"  {name} is being built anew" for name in found.rebuilding]
    lines += [f"  {name} is being built anew already: rebuild it once more when it has ended" for name in found.again]
    lines += [f"  {name} was never followed: it holds nothing" for name in found.unknown]
    return "\n".join(lines)
