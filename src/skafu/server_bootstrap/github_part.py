"""Builds the context github: a folder of repositories always, and GitHub when the App is set up."""

import asyncio
import random
from pathlib import Path
from typing import TYPE_CHECKING

from skafu.contexts.github.adapters.local_git.host import local_host
from skafu.contexts.github.adapters.local_git.place import LocalPlace
from skafu.contexts.github.adapters.zipped_trees import ZippedTrees
from skafu.contexts.github.api.routes import routes
from skafu.contexts.github.application.aggregates import AGGREGATES
from skafu.contexts.github.application.projections import PROJECTIONS
from skafu.contexts.github.application.reach import Reach
from skafu.contexts.github.application.work import works
from skafu.contexts.github.domain.events import EVENT_TYPES
from skafu.contexts.github.ports import Secret
from skafu.kernel.errors import Invalid
from skafu.server_bootstrap.site import Site
from skafu.settings import Settings
from skafu.web_api.parts import Part

if TYPE_CHECKING:
    from skafu.contexts.github.adapters.github.app import AppKey
    from skafu.contexts.github.adapters.github.host import GitHub
    from skafu.contexts.github.api.github_routes import AppDesk
    from skafu.contexts.github.domain.words import Provider
    from skafu.contexts.github.ports import Host

__all__ = ["AGGREGATES", "EVENT_TYPES", "open_part"]


async def open_part(site: Site) -> Part:
    """The part of the context.

    Raises:
        Invalid: the GitHub App is set up by half, or its key can't be read.
    """
    ledger = site.ledger
    hosts: dict[Provider, Host] = {"local": local_host(LocalPlace(site.settings.data / "repositories", ledger.clock))}
    desk: AppDesk | None = None
    if (app := _app_of(site.settings)) is not None:
        opened = await _github(site, app)
        hosts["github"] = opened.host
        desk = _desk(site.settings, app, opened)
    reach = Reach(ledger, hosts)
    streamed = tuple(each.event for each in EVENT_TYPES)
    return Part(
        "github",
        routes(reach, desk),
        projections=PROJECTIONS,
        works=works(reach, ZippedTrees(ledger.blobs)),
        streamed=streamed,
    )


def _app_of(settings: Settings) -> "AppKey | None":
    from skafu.contexts.github.adapters.github.app import AppKey

    needed = {
        "SKAFU_GITHUB_CLIENT_ID": settings.github_client_id,
        "SKAFU_GITHUB_APP_SLUG": settings.github_app_slug,
        "SKAFU_GITHUB_PRIVATE_KEY_FILE": str(settings.github_private_key_file or ""),
        "SKAFU_GITHUB_CLIENT_SECRET": settings.github_client_secret.get_secret_value(),
        "SKAFU_GITHUB_WEBHOOK_SECRET": settings.github_webhook_secret.get_secret_value(),
    }
    missing = [name for name, value in needed.items() if not value]
    if len(missing) == len(needed):
        return None
    if missing or settings.github_private_key_file is None:
        raise Invalid(f"the GitHub App is set up by half: {', '.join(missing)} is missing", fix="set all or none")
    key = Secret(_read(settings.github_private_key_file))
    return AppKey(
        settings.github_client_id,
        key,
        settings.github_app_slug,
        Secret(settings.github_client_secret.get_secret_value()),
    )


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except (OSError, ValueError) as error:
        raise Invalid(f"{file} can't be read: {type(error).__name__}", fix="give the PEM file of the App") from None


async def _github(site: Site, app: "AppKey") -> "GitHub":
    from skafu.contexts.github.adapters.github.host import github
    from skafu.contexts.github.adapters.github.surroundings import Surroundings

    settings = site.settings
    around = Surroundings(site.ledger.clock, asyncio.sleep, random.random, site.tracer)
    api, website = (str(each).rstrip("/") for each in (settings.github_api_url, settings.github_url))
    return await site.exits.enter_async_context(github(app, around, api=api, website=website))


def _desk(settings: Settings, app: "AppKey", opened: "GitHub") -> "AppDesk":
    from skafu.contexts.github.adapters.github.states import States
    from skafu.contexts.github.api.github_routes import AppDesk

    given = (settings.github_webhook_secret, settings.github_webhook_secret_before)
    hooks = tuple(Secret(each.get_secret_value()) for each in given if each.get_secret_value())
    return AppDesk(opened.installations, States(app.client_secret), hooks)
