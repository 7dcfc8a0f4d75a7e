"""Names of resources are what people expect, and never longer than AWS allows."""

import re

import pytest

from skafu.blueprint.aws_limits import LOOKED_UP_ON, NAME_LIMITS
from skafu.blueprint.resource_names import any_bucket, bucket_name, function_name, resource_name, stream_failures_name

LONG = "a-system-with-a-name-of-forty-characters"
SERVICE = "the-service-which-also-has-a-long-name-1"
STAGES = ("dev", "staging", "prod", "proof")


def test_a_short_name_says_all() -> None:
    assert function_name("bookstore", "prod", "ordering", "place-order") == "bookstore-prod-ordering-place-order"
    assert stream_failures_name("bookstore", "dev", "ordering") == "bookstore-dev-ordering-stream-failures"
    assert bucket_name("bookstore", "dev", "ordering", "files") == "bookstore-dev-ordering-files"


def test_a_name_is_cut_as_soon_as_it_would_be_too_long_in_the_longest_stage() -> None:
    fits = "x" * (64 - len("shop-staging-desk-"))
    assert function_name("shop", "staging", "desk", fits) == f"shop-staging-desk-{fits}"
    cut = function_name("shop", "dev", "desk", f"{fits}x")
    assert re.fullmatch(r"shop-dev-desk-x+-[0-9a-f]{8}", cut)
    assert cut.replace("dev", "staging") == function_name("shop", "staging", "desk", f"{fits}x")
    assert len(function_name("shop", "staging", "desk", f"{fits}x")) == 64


def test_names_that_are_cut_stay_apart() -> None:
    long = "set-offer-to-next-bidder-after-auction-closed-or-cancelled"
    names = {function_name("auction", "prod", "auctions", f"{long}-{end}") for end in ("early", "late")}
    names |= {function_name("auction", "prod", other, f"{long}-early") for other in ("auctions-2", "auctionsx")}
    assert len(names) == 4


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("kind", sorted(NAME_LIMITS))
def test_every_kind_keeps_to_its_limit(kind: str, stage: str) -> None:
    name = resource_name(kind, LONG, stage, SERVICE, "an-element-with-a-name-" * 20)
    assert len(name) <= NAME_LIMITS[kind]
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)


def test_buckets_leave_room_for_the_account_and_match_the_pattern_of_their_rights() -> None:
    for system in (LONG, "bookstore", "a-system-of-some-length"):
        name = bucket_name(system, "staging", SERVICE, "files")
        assert len(f"{name}-log-123456789012") <= 63
        assert re.fullmatch(any_bucket(system, "staging").replace("*", ".*"), f"{name}-123456789012")


def test_the_facts_are_dated() -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", LOOKED_UP_ON)
