"""Classes as generated projects have them: decoded from JSON, with the limits and checks of their fields."""

import sys
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import msgspec

import skafu.catalog
from skafu.blueprint.fitting import Unfit, fitted
from skafu.blueprint.resolved import ResolvedField
from skafu.generation.python_types import checked_annotation, default, field_checks

SHARED = Path(skafu.catalog.__file__).parent / "system/template/shared/src/shared"


def _shared(name: str, file: str) -> dict[str, Any]:
    """What a module of the shared package has; it stands among the modules, where msgspec looks types up."""
    module = ModuleType(f"shared.{name}")
    sys.modules[module.__name__] = module
    exec((SHARED / file).read_text(), module.__dict__)  # noqa: S102
    return module.__dict__


sys.modules.setdefault("shared", ModuleType("shared"))
DOMAIN = _shared("domain", "domain.py")
MONEY = _shared("money", "{% if system.has_money %}money.py{% endif %}")
FIELDS = _shared("fields", "fields.py")
NAMES: dict[str, Any] = {
    **FIELDS,
    "Annotated": FIELDS["Annotated"],
    "Meta": FIELDS["Meta"],
    "Money": MONEY["Money"],
    "Literal": Literal,
    "Decimal": Decimal,
    "date": date,
    "datetime": datetime,
    "timedelta": timedelta,
}


def generated_class(fields: Mapping[str, ResolvedField]) -> type[msgspec.Struct]:
    """The class that the template makes of fields."""
    lines = ["class Sent(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):", "    '''What is sent.'''"]
    lines += [f"    {name}: {checked_annotation(field)}{default(field)}" for name, field in fields.items()]
    found = field_checks(fields.values())
    if found["words"]:
        lines.append("    def __post_init__(self):")
        lines += [f"        exact(self, {name!r})" for name in found["exact"]]
        lines += [f"        in_utc(self, {name!r})" for name in found["timed"]]
        for limit in found["limits"]:
            lines += [f"        if {limit['broken']}:", f"            raise ValueError({limit['message']!r})"]
    names = {"Struct": msgspec.Struct, **NAMES}
    exec("\n".join(lines), names)  # noqa: S102
    made: type[msgspec.Struct] = names["Sent"]
    return made


def accepts(struct: type[msgspec.Struct], value: object) -> bool:
    """Whether a generated class with the field `it` takes a JSON value."""
    try:
        msgspec.json.decode(msgspec.json.encode({"it": value}), type=struct)
    except msgspec.ValidationError:
        return False
    return True


def fits(field: ResolvedField, value: object) -> bool:
    """Whether the simulation takes a JSON value for a field called `it`."""
    try:
        fitted({"it": value}, (field,), {})
    except Unfit:
        return False
    return True
