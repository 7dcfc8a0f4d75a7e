"""The workshop: processes that plan, check, generate and compare, one order after the other."""

from skafu.contexts.project.adapters.workshop.workshop import ProcessWorkshop

__all__ = ["ProcessWorkshop"]
