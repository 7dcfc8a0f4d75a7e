"""What secrets look like: tokens with a known form, and values that are assigned to a name like `password`."""

import re
from typing import NamedTuple


class Pattern(NamedTuple):
    """The form of one kind of secret."""

    kind: str
    form: re.Pattern[str]


KNOWN_FORMS = (
    Pattern("AWS access key", re.compile(r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b")),
    Pattern("private key", re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----")),
    Pattern("GitHub token", re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,})\b")),
    Pattern("GitLab token", re.compile(r"\bglpat-[A-Za-z0-9_-]{20,}")),
    Pattern("Slack token", re.compile(r"\bxox[abeoprs]-[A-Za-z0-9-]{20,}")),
    Pattern("Slack webhook", re.compile(r"hooks\.slack\.com/services/T[A-Z0-9]{6,}/B[A-Z0-9]{6,}/[A-Za-z0-9]{16,}")),
    Pattern("Stripe key", re.compile(r"\b(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}")),
    Pattern("Google API key", re.compile(r"\bAIza[A-Za-z0-9_-]{35}\b")),
    Pattern("npm token", re.compile(r"\bnpm_[A-Za-z0-9]{36}\b")),
    Pattern("PyPI token", re.compile(r"\bpypi-AgE[A-Za-z0-9_-]{50,}")),
    Pattern("Anthropic key", re.compile(r"\bsk-ant-[A-Za-z0-9_-]{32,}")),
    Pattern("OpenAI key", re.compile(r"\bsk-(?:proj-)?[A-Za-z0-9]{20,}T3BlbkFJ[A-Za-z0-9]{20,}")),
    Pattern("SendGrid key", re.compile(r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}")),
    Pattern("Twilio key", re.compile(r"\bSK[0-9a-f]{32}\b")),
    Pattern("signed token", re.compile(r"\beyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{20,}")),
    Pattern(
        "password in an address", re.compile(r"\b[a-z][a-z0-9+]*://[^\s:/@{}$<]+:(?P<value>[^\s:/@{}$<]{6,})@[a-z0-9]")
    ),
)

ASSIGNED = re.compile(
    r"(?i)[\"']?\b[a-z0-9_-]*(?:secret|token|password|passwd|api_?key|private_?key|access_?key)[a-z0-9_-]*\b[\"']?"
    r"\s*(?:=|:|=>)\s*[\"'](?P<value>[^\"'\s]{16,})[\"']"
)
"""A name that speaks of a secret, and the text assigned to it."""
