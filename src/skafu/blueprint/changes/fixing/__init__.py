"""Changes that mend findings: proposed by code, tried, and offered when they mend and spoil nothing."""

from skafu.blueprint.changes.fixing.mending import PROPOSERS, WITHOUT_CHANGE, advice_for, advise

__all__ = ["PROPOSERS", "WITHOUT_CHANGE", "advice_for", "advise"]
