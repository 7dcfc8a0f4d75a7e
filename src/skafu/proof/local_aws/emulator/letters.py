"""E-mail: whose permission a letter needs."""

import json
from email.utils import parseaddr
from typing import Any

from ministack.core import iam_actions
from ministack.core.responses import get_account_id, get_region
from ministack.services import ses, ses_v2

from .patching import Patches, wrap

SENDING = ("/outbound-emails", "/outbound-bulk-emails")


def name_the_identity() -> None:
    """What sending a letter needs permission for.

    AWS: `ses:SendEmail` on the identity that the letter comes from: the verified address, else its verified domain
    (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsimpleemailservicev2.html).
    MiniStack: on `*`, so a role that names the identity is denied. Patch: on the identity.
    """

    def with_sender(original: Any) -> Any:
        def resource(service: str, method: str, path: str, headers: Any, body: bytes, *rest: Any) -> str:
            found: str = original(service, method, path, headers, body, *rest)
            if service == "ses" and method == "POST" and path.rstrip("/").endswith(SENDING):
                return f"arn:aws:ses:{get_region()}:{get_account_id()}:identity/{_identity(body)}"
            return found

        return resource

    wrap(iam_actions, "extract_resource_arn", with_sender)


def _identity(body: bytes) -> str:
    """The address itself, unless only its domain is an identity."""
    address = parseaddr(str(json.loads(body or b"{}").get("FromEmailAddress", "")))[1]
    domain = address.rpartition("@")[2]
    known = [*ses._identities, *ses_v2._identities]
    return domain if domain in known and address not in known else address


PATCHES: Patches = {"letters": name_the_identity}
