"""Protected branches, variables and secrets at GitHub. A secret leaves this process sealed for its repository."""

import base64
from typing import Final
from urllib.parse import quote

from nacl.public import PublicKey, SealedBox

from skafu.contexts.github.adapters.github.api import GitHubApi
from skafu.contexts.github.adapters.github.repositories import path_of
from skafu.contexts.github.domain.words import LeftOut, Protection
from skafu.contexts.github.ports import HostDenies, Remote, Secret

_PLAN_WORDS: Final = ("upgrade", "not available", "pro or make this repository public")
"""How GitHub says that an organisation's plan has no such thing."""


class GitHubConfiguration:
    """Fills the port `Configuration`."""

    def __init__(self, api: GitHubApi) -> None:
        """Go through the one door."""
        self._api = api

    async def protect(self, remote: Remote, branch: str, protection: Protection) -> LeftOut | None:
        """Guard a branch; plans without protected branches are told, not failed upon."""
        reviews = {"required_approving_review_count": protection.approvals} if protection.approvals else None
        checks = {"strict": True, "contexts": list(protection.checks)} if protection.checks else None
        body = {
            "required_status_checks": checks,
            "enforce_admins": protection.admins_too,
            "required_pull_request_reviews": reviews,
            "restrictions": None,
            "allow_force_pushes": False,
            "allow_deletions": False,
        }
        path = f"{path_of(remote)}/branches/{quote(branch, safe='')}/protection"
        try:
            await self._api.call(remote.installation, "PUT", path, body=body)
        except HostDenies as error:
            if any(words in error.message.lower() for words in _PLAN_WORDS):
                return LeftOut(f"protection of {branch}", error.message)
            raise
        return None

    async def set_variable(self, remote: Remote, name: str, value: str) -> LeftOut | None:
        """Set a variable, whether it is there or not."""
        variables = f"{path_of(remote)}/actions/variables"
        path = f"{variables}?per_page=30"
        known = {each["name"]: each["value"] async for each in self._api.pages(remote.installation, path, "variables")}
        if known.get(name) == value:
            return None
        body = {"name": name, "value": value}
        if name not in known:
            made = await self._api.call(
                remote.installation, "POST", variables, body=body, repeatable=True, accepts=(409,)
            )
            if made.status != 409:
                return None
        await self._api.call(remote.installation, "PATCH", f"{variables}/{name}", body=body)
        return None

    async def set_secret(self, remote: Remote, name: str, value: Secret) -> None:
        """Set a secret, sealed so that GitHub alone can open it."""
        secrets = f"{path_of(remote)}/actions/secrets"
        key = (await self._api.call(remote.installation, "GET", f"{secrets}/public-key")).body
        body = {"encrypted_value": sealed(value, key["key"]), "key_id": key["key_id"]}
        await self._api.call(remote.installation, "PUT", f"{secrets}/{name}", body=body)


def sealed(value: Secret, key: str) -> str:
    """A secret that only the holder of a key can open, as libsodium's sealed box; key and result in base64.

    Source: https://docs.github.com/en/rest/guides/encrypting-secrets-for-the-rest-api
    """
    box = SealedBox(PublicKey(base64.b64decode(key)))
    return base64.b64encode(box.encrypt(value.reveal().encode())).decode()
