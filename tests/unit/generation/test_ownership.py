"""Each file has one owner, and the element of the blueprint that it comes from."""

import pytest
from small_systems import DESK, system_of

from skafu.generation.ownership import element_of, elements_of, owner_of, yours_of

SYSTEM = system_of(
    DESK.replace("FIELDS", "{title: text, scan: optional file}")
    + """\
    - name: HouseRules
      fields: {title: text}
      commands: [{name: SetHouseRules, creates: true, roles: [clerk], fields: {title: text}, emits: [HouseRulesSet]}]
      events: [{name: HouseRulesSet, fields: {title: text}}]
  queries:
    - {name: Orders, roles: [member], from: [OrderPlaced]}
    - {name: Totals, roles: [member], from: [OrderPlaced], yours: true}
  policies: [{when: HouseRulesSet, then: PlaceOrder}]
"""
)
DOMAIN = "services/desk/src/desk/domain"


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("skafu.yaml", "yours"),
        (f"{DOMAIN}/order_rules.py", "yours"),
        (f"{DOMAIN}/house_rules_rules.py", "yours"),
        (f"{DOMAIN}/file_access_rules.py", "yours"),
        (f"{DOMAIN}/totals_fold.py", "yours"),
        (f"{DOMAIN}/orders_fold.py", "generated"),
        (f"{DOMAIN}/house_rules.py", "generated"),
        (f"{DOMAIN}/house_rules_hooks.py", "generated"),
        ("services/other/src/other/domain/order_rules.py", "generated"),
        ("README.md", "shared"),
        ("services/desk/README.md", "generated"),
        ("stack.yaml", "generated"),
    ],
)
def test_owners(path: str, owner: str) -> None:
    assert owner_of(path, yours_of(SYSTEM)) == owner


@pytest.mark.parametrize(
    ("path", "element"),
    [
        ("stack.yaml", ""),
        ("shared/src/shared/http.py", ""),
        ("services/desk/stack.yaml", "services.desk"),
        ("services/desk/src/desk/handlers/publisher.py", "services.desk"),
        (f"{DOMAIN}/order.py", "services.desk.aggregates.Order"),
        (f"{DOMAIN}/order_decisions.py", "services.desk.aggregates.Order"),
        ("services/desk/tests/test_order.py", "services.desk.aggregates.Order"),
        ("services/desk/src/desk/handlers/place_order.py", "services.desk.aggregates.Order.commands.PlaceOrder"),
        ("services/desk/src/desk/handlers/orders.py", "services.desk.queries.Orders"),
        (f"{DOMAIN}/house_rules.py", "services.desk.aggregates.HouseRules"),
        (f"{DOMAIN}/house_rules_rules.py", "services.desk.aggregates.HouseRules"),
        (
            "services/desk/src/desk/handlers/place_order_when_house_rules_set.py",
            "services.desk.policies.PlaceOrderWhenHouseRulesSet",
        ),
    ],
)
def test_elements(path: str, element: str) -> None:
    assert element_of(path, elements_of(SYSTEM)) == element
