"""A system of two services that react to each other, for tests of what is said about running it."""

from small_systems import system_of

from skafu.blueprint import System

SHOP = """\
- name: sales
  aggregates:
    - name: Order
      states: [placed, paid]
      fields: {customer_id: id, email: {type: email, personal: true}, total: money}
      commands:
        - name: PlaceOrder
          creates: true
          roles: [member]
          allow: command.customer_id == caller.id
          fields: {customer_id: id, email: {type: email, personal: true}, total: money}
          invariants: [{code: too_small, rule: command.total.amount > 100, message: An order is worth the effort.}]
          emits: [OrderPlaced]
        - {name: ConfirmOrder, in: [placed], emits: [OrderPaid]}
      events:
        - {name: OrderPlaced, to: placed, fields: {customer_id: id, email: {type: email, personal: true}, total: money}}
        - {name: OrderPaid, to: paid}
  queries:
    - {name: OrderById, http: "GET /orders/:order_id", roles: [member], from: [OrderPlaced, OrderPaid], returns: one}
  policies:
    - {when: money.PaymentTaken, then: ConfirmOrder, with: {order_id: event.order_id}}
  timers:
    - {when: OrderPlaced, after: 90 minutes, unless: [OrderPaid], then: ConfirmOrder}
- name: money
  aggregates:
    - name: Payment
      fields: {order_id: id, amount: money}
      commands: [{name: TakePayment, creates: true, fields: {order_id: id, amount: money}, emits: [PaymentTaken]}]
      events: [{name: PaymentTaken, fields: {order_id: id, amount: money}}]
  policies:
    - {when: sales.OrderPlaced, then: TakePayment, with: {order_id: event.order_id, amount: event.total}}
"""


def watched_system() -> System:
    """Orders that are paid by another service."""
    return system_of(SHOP)
