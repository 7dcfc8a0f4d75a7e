"""Roles and what they include."""

from typing import Final, Literal

Role = Literal["viewer", "developer", "admin"]
Tier = Literal["free", "team", "enterprise"]

ROLES: Final[tuple[Role, ...]] = ("viewer", "developer", "admin")
"""From the least to the most: each includes those before it."""


def rank(role: Role) -> int:
    """The place of a role in the order, from 0."""
    return ROLES.index(role)


def includes(role: Role, other: Role) -> bool:
    """Whether a role may do all that another one may."""
    return rank(role) >= rank(other)


def lower_of(one: Role, other: Role) -> Role:
    """The lesser of two roles: a token never does more than its person."""
    return one if rank(one) <= rank(other) else other
