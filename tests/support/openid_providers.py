"""A real OpenID provider (npm: oidc-provider) on loopback, and a browser that signs in there."""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx

from skafu.proof.environments import build_once, node_environment
from skafu.proof.toolbox import default_home

SOURCE = Path(__file__).parents[1] / "integration" / "platform" / "identity" / "openid_provider"
CLIENT_ID, CLIENT_SECRET = "skafu", "a secret: of the client/%"
REDIRECT = "http://skafu.test/api/v1/auth/oidc/local/callback"


def installed() -> Path:
    """The provider, installed from its lock file once, below Skafu's home like the tools of a proof."""
    digest = hashlib.sha256(b"".join(each.read_bytes() for each in sorted(SOURCE.iterdir()))).hexdigest()[:16]
    return build_once(default_home() / "tools" / f"openid-provider-{digest}-node", node_environment(SOURCE))


@contextmanager
def provider(*, claims_in_id_token: bool) -> Iterator[str]:
    """Start a provider; gives its address."""
    node = shutil.which("node")
    assert node is not None
    environment = {
        "PATH": os.environ["PATH"],
        "CLIENT_ID": CLIENT_ID,
        "CLIENT_SECRET": CLIENT_SECRET,
        "REDIRECT": REDIRECT,
        "CLAIMS_IN_ID_TOKEN": "yes" if claims_in_id_token else "no",
    }
    with subprocess.Popen(
        [node, "provider.mjs"],
        cwd=installed(),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


@dataclass
class SignedIn:
    """What the browser brings back."""

    code: str
    state: str


async def sign_in_at_provider(address: str, mail: str) -> SignedIn:
    """Do at the provider what a person does: sign in, and agree."""
    async with httpx.AsyncClient(follow_redirects=False) as browser:
        answer = await browser.get(address)
        for _ in range(12):
            if answer.is_redirect:
                place = urljoin(str(answer.request.url), answer.headers["location"])
                if place.startswith(REDIRECT):
                    found = parse_qs(urlsplit(place).query)
                    return SignedIn(found["code"][0], found["state"][0])
                answer = await browser.get(place)
                continue
            assert answer.status_code == 200, answer.text
            form = re.search(r'action="([^"]+)"', answer.text)
            prompt = re.search(r'name="prompt" value="(\w+)"', answer.text)
            assert form is not None
            assert prompt is not None
            fields = {"prompt": prompt.group(1), "login": mail, "password": "any"}
            answer = await browser.post(urljoin(str(answer.request.url), form.group(1)), data=fields)
    raise AssertionError("the provider sends us round in circles")
