from pathlib import Path

import pytest
from proof_subjects import subject_of, written

from skafu.proof.static.secret_scan import check_secrets, secrets_in

# Put together here, so that no scanner takes this file for a leak.
AWS_KEY = "AKIA" + "IOSFODNN7EXAMPLE"
GITHUB = "ghp_" + "a1B2c3D4e5" * 4
STRIPE = "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"
RANDOM = "wJalrXUtnFEMI/K7MDENG" + "/bPxRfiCYzQ"


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (f'key = "{AWS_KEY}"', "AWS access key"),
        ("-----BEGIN RSA " + "PRIVATE KEY-----", "private key"),
        (f"token: {GITHUB}", "GitHub token"),
        (f"STRIPE={STRIPE}", "Stripe key"),
        ("postgres://app:" + "hunter2secret@db.example.com/x", "password in an address"),
        (f'aws_secret_access_key = "{RANDOM}"', "value of a secret"),
        (f'  "apiKey": "{RANDOM}",', "value of a secret"),
    ],
)
def test_a_secret_is_found_by_its_form_or_its_name(line: str, kind: str) -> None:
    assert [found for found, _value in secrets_in(line)] == [kind]


@pytest.mark.parametrize(
    "line",
    [
        'password = "correct horse battery staple"',
        "SECRET_ARN: !Ref StripeSecret",
        'secret_id="arn:aws:secretsmanager:eu-west-1:123456789012:secret:stripe-AbCdEf"',
        'token_url = "https://example.com/oauth2/token/v1"',
        'token = "{{resolve:secretsmanager:Stripe1234567890}}"',
        'password: "${DatabasePassword1234}"',
        'idempotency_token = "the-same-token-twice"',
        "sha256:a15ce8a84a3f2a0dbb5c5f6e0e8b5c3f",
        "https://user@example.com/path",
    ],
)
def test_words_references_and_digests_are_no_secrets(line: str) -> None:
    assert list(secrets_in(line)) == []


def test_the_problem_names_file_and_line_but_never_the_secret(tmp_path: Path) -> None:
    root = written(tmp_path / "p", {"a.py": f'x = 1\nkey = "{AWS_KEY}"\n', "uv.lock": AWS_KEY, "b.bin": f"\0{AWS_KEY}"})

    (result,) = check_secrets(subject_of(root, tmp_path / "out"))

    (problem,) = result.problems
    assert (result.verdict, problem.file, problem.line) == ("failed", "a.py", 2)
    assert AWS_KEY not in problem.message
    assert "revoke" in problem.fix
