"""Passwords, mail addresses, buckets, quotas, keys and the texts of secrets."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from skafu.contexts.identity.domain import passwords, roles, secret_texts, signing, throttling, tiers
from skafu.contexts.identity.domain.errors import PasswordTooWeak
from skafu.contexts.identity.domain.events import EVENT_TYPES, SignInFailed, TokenIssued
from skafu.contexts.identity.domain.mailboxes import checked_mail, normal_mail
from skafu.contexts.identity.domain.signing import SigningTime
from skafu.contexts.identity.domain.throttling import Rate
from skafu.contexts.identity.domain.tiers import Counted, LetIn
from skafu.kernel.errors import Invalid
from skafu.kernel.personal import personal_fields

NOW = datetime(2026, 1, 2, tzinfo=UTC)
ORGANISATION, TOKEN = str(UUID(int=7)), str(UUID(int=8))


@pytest.mark.parametrize(
    "password",
    ["tooshort123", "password1234", "Password!!2026", "123456789012", "qwertyuiopas", "aaaaaaaaaaaa", "abababababab",
     "correcthorsebatterystaple", "ann.miller and more", "x" * 201],
)  # fmt: skip
def test_passwords_that_are_easy_to_guess_are_refused_without_being_repeated(password: str) -> None:
    with pytest.raises(PasswordTooWeak) as refused:
        passwords.check_password(password, not_in_it=("ann.miller",))
    assert password not in f"{refused.value.message} {refused.value.fix}"


@pytest.mark.parametrize("password", ["three green kettles", "läuft-über-den-hof", "8f2kq0vz71mw"])
def test_other_passwords_are_taken(password: str) -> None:
    passwords.check_password(password, not_in_it=("ann.miller", ""))


def test_a_password_is_the_same_however_its_letters_are_composed() -> None:
    assert passwords.normal_password("a\u0308") == passwords.normal_password("\xe4")


@pytest.mark.parametrize(
    "mail",
    ["", "ann", "ann@", "@x.org", "a b@x.org", "a@x.org\nBcc: b@x.org", "a@b@c", "<a@x.org>", f"{'a' * 250}@x.org"],
)
def test_what_is_no_mail_address(mail: str) -> None:
    with pytest.raises(Invalid):
        checked_mail(mail)


def test_spellings_of_one_address() -> None:
    assert normal_mail(" Ann@Example.ORG ") == normal_mail("ann@example.org")
    assert checked_mail(" ann@example.org ") == "ann@example.org"


def test_roles_include_those_before_them() -> None:
    assert [roles.includes("developer", each) for each in roles.ROLES] == [True, True, False]
    assert roles.lower_of("admin", "viewer") == roles.lower_of("viewer", "admin") == "viewer"


def test_a_bucket_lets_a_burst_through_and_then_one_at_a_time() -> None:
    rate, bucket = Rate(3, 60), throttling.full(Rate(3, 60), NOW)
    for _ in range(3):
        after = throttling.taken(bucket, rate, NOW)
        assert after is not None
        bucket = after
    assert throttling.taken(bucket, rate, NOW + timedelta(seconds=59)) is None
    assert throttling.seconds_until_next(bucket, rate, NOW + timedelta(seconds=59)) in {1, 2}
    assert throttling.taken(bucket, rate, NOW + timedelta(seconds=60)) is not None
    assert throttling.taken(throttling.given_back(bucket, rate), rate, NOW) is not None


def test_a_clock_that_goes_back_gives_no_attempts_away() -> None:
    rate = Rate(1, 60)
    bucket = throttling.taken(throttling.full(rate, NOW), rate, NOW)
    assert bucket is not None
    assert throttling.taken(bucket, rate, NOW - timedelta(days=1)) is None


@given(some.lists(some.floats(0, 500), max_size=80))
def test_no_bucket_lets_more_through_than_its_rate(pauses: list[float]) -> None:
    rate, now, through = Rate(4, 30), NOW, 0
    bucket = throttling.full(rate, NOW)
    for pause in pauses:
        now += timedelta(seconds=pause)
        after = throttling.taken(bucket, rate, now)
        bucket, through = (after, through + 1) if after else (bucket, through)
    assert through <= 4 + (now - NOW).total_seconds() / 30 + 1e-6


def test_every_tier_has_every_limit_and_more_than_the_one_before() -> None:
    for quota in tiers.MEASURES:
        free, team = tiers.LIMITS["free"][quota], tiers.LIMITS["team"][quota]
        assert free is not None
        assert team is not None
        assert free < team
        assert tiers.LIMITS["enterprise"][quota] is None
        assert tiers.allows("free", quota, free - 1, 1)
        assert not tiers.allows("free", quota, free, 1)
        assert tiers.allows("enterprise", quota, 10**15, 10**15)
    with pytest.raises(Invalid):
        tiers.measure_of("lunches")


def test_periods_are_named_by_their_date() -> None:
    assert [tiers.period_of(each, NOW) for each in tiers.MEASURES] == ["ever", "2026-01-02", "2026-01", "ever"]


def test_work_that_was_let_in_counts_once() -> None:
    pending = (LetIn(1, 5, NOW), LetIn(1, 5, NOW))
    assert tiers.in_use(Counted(3, 5), pending) == 5
    assert tiers.in_use(Counted(4, 6), pending) == 5
    assert tiers.in_use(Counted(5, 7), pending) == 5
    assert tiers.in_use(Counted(5, 7), tiers.still_pending(pending, NOW + tiers.PENDING)) == 5
    assert tiers.in_use(Counted(6, 8), pending) == 6


def test_there_is_always_a_key_that_signs_and_the_next_is_known_a_day_before() -> None:
    keys: list[SigningTime] = []
    for day in range(200):
        now = NOW + timedelta(days=day)
        begins = signing.next_begins(keys, now)
        if begins is not None:
            keys.append(SigningTime(str(day), begins, begins + signing.SIGNS_FOR))
        assert signing.signing(keys, now) is not None
        assert signing.next_begins(keys, now) is None
        assert 1 <= len(signing.published(keys, now)) <= 3
    assert [each.key_id for each in keys] == ["0", "29", "59", "89", "119", "149", "179"]


def test_a_key_is_published_longer_than_its_last_signature_lives() -> None:
    key = SigningTime("k", NOW, NOW + signing.SIGNS_FOR)
    assert signing.published([key], key.ends + signing.KEPT_AFTER - timedelta(seconds=1)) == (key,)
    assert signing.published([key], key.ends + signing.KEPT_AFTER) == ()


@pytest.mark.parametrize("begins", [(), (3,), (3, 33), (3, 20)])
def test_nothing_about_keys_changes_before_the_next_change(begins: tuple[int, ...]) -> None:
    keys = [
        SigningTime(str(day), NOW + timedelta(days=day), NOW + timedelta(days=day) + signing.SIGNS_FOR)
        for day in begins
    ]
    days = [NOW + timedelta(days=day) for day in range(75)]
    for number, first in enumerate(days):
        until = signing.next_change(keys, first)
        for later in (each for each in days[number:] if each < until):
            assert signing.signing(keys, first) == signing.signing(keys, later)
            assert signing.published(keys, first) == signing.published(keys, later)
            assert (signing.next_begins(keys, first) is None) == (signing.next_begins(keys, later) is None)


@given(some.binary(min_size=32, max_size=32))
def test_tokens_and_links_come_apart_as_they_were_put_together(secret: bytes) -> None:
    token = secret_texts.read_token(secret_texts.written_token(ORGANISATION, TOKEN, secret))
    link = secret_texts.read_link(secret_texts.written_link(TOKEN, secret))
    assert token is not None
    assert (token.organisation_id, token.token_id, token.secret) == (ORGANISATION, TOKEN, secret)
    assert link is not None
    assert (link.identifier, link.secret) == (TOKEN, secret)
    assert secret_texts.matches(secret, secret_texts.digest_of(secret))
    assert not secret_texts.matches(secret[::-1] + b"x", secret_texts.digest_of(secret))


@given(some.text(max_size=120))
def test_any_other_text_is_no_token_and_no_link(text: str) -> None:
    assert secret_texts.read_token(text) is None
    assert secret_texts.read_token(secret_texts.TOKEN_PREFIX + text[:40]) is None
    assert secret_texts.read_link(text[:50]) is None


def test_secrets_are_in_no_repr() -> None:
    secret = bytes(range(32))
    token = secret_texts.read_token(secret_texts.written_token(ORGANISATION, TOKEN, secret))
    link = secret_texts.read_link(secret_texts.written_link(TOKEN, secret))
    assert repr(token) == f"TokenText({TOKEN})"
    assert repr(link) == f"LinkText({TOKEN})"


def test_every_event_is_stored_under_its_context() -> None:
    names = [each.name for each in EVENT_TYPES]
    assert len(names) == 30
    assert all(name == f"identity.{each.event.__name__}" for name, each in zip(names, EVENT_TYPES, strict=True))


def test_addresses_and_names_are_personal() -> None:
    personal = {each.event.__name__: {field.name for field in personal_fields(each.event)} for each in EVENT_TYPES}
    assert personal["UserRegistered"] == {"mail", "mailbox", "name"}
    assert personal["MemberInvited"] == {"mail"}
    assert personal[SignInFailed.__name__] == personal["SessionStarted"] == {"address"}
    named = {"mail", "address", "mailbox", "subject"}
    for each in EVENT_TYPES:
        assert named & set(each.event.__struct_fields__) <= personal[each.event.__name__] | {"mailbox"}, each.name
    assert personal[TokenIssued.__name__] == set()
