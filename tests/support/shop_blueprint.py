"""A small blueprint with a bit of everything, for tests that break it in one place."""

from skafu.blueprint import Document, Finding, check, read

SHOP = """\
skafu: 1
name: shop
summary: Sells things.
auth: {roles: [customer, clerk], sign_up: customer}
load: {requests_per_second: {average: 5, peak: 50}}
integrations:
  - name: Stripe
    kind: http
    operations:
      - {name: capture, path: /charges/:reference, fields: {reference: id, amount: money}, returns: {charge_id: text}}
    inbound:
      - {name: refunded, then: payments.RefundPayment, with: {payment_id: message.payment}}
  - {name: Mail, kind: email}
services:
  - name: sales
    value_types:
      - {name: Line, fields: {product_id: ref Product, quantity: {type: integer, min: 1}, price: money}}
    aggregates:
      - name: Product
        fields:
          {sku: text, price: money, stock: {type: integer, default: 0}, tags: list of text, seen: optional datetime}
        key: [sku]
        unique: [[sku]]
        commands:
          - {name: AddProduct, creates: true, roles: [clerk], fields: {sku: text, price: money}, emits: [ProductAdded]}
          - name: Restock
            roles: [clerk]
            allow: '"clerk" in caller.roles'
            fields: {quantity: integer, tag: text}
            emits: [Restocked]
        events:
          - {name: ProductAdded, fields: {sku: text, price: money}}
          - name: Restocked
            fields: {quantity: integer, tag: text}
            set: {seen: event.recorded_at}
            add: {stock: event.quantity, tags: event.tag}
      - name: Order
        states: [placed, paid, cancelled]
        fields: {customer_id: id, lines: list of Line, total: money, note: optional text}
        commands:
          - name: PlaceOrder
            creates: true
            http: POST /orders
            roles: [customer]
            allow: command.customer_id == caller.id
            fields: {customer_id: id, lines: list of Line, product_id: ref Product}
            reads: {product: Product(product_id)}
            invariants:
              - {code: empty, rule: size(command.lines) > 0, message: An order has at least one line.}
              - {code: gone, rule: product.stock >= 0, message: The product is gone.}
            emits: [{event: OrderPlaced, with: {total: "sum(command.lines, line, line.price * line.quantity)"}}]
          - {name: PayOrder, in: [placed], emits: [OrderPaid]}
          - name: CancelOrder
            in: [placed]
            roles: [customer]
            allow: caller.id == state.customer_id
            fields: {note: optional text}
            emits:
              - {event: OrderCancelled, if: state.version < 100}
              - {event: OrderStuck, else: true}
        events:
          - {name: OrderPlaced, to: placed, fields: {customer_id: id, lines: list of Line, total: money}}
          - {name: OrderPaid, to: paid}
          - {name: OrderCancelled, to: cancelled, fields: {note: optional text}}
          - {name: OrderStuck}
    queries:
      - {name: Products, http: GET /products, public: true, from: [ProductAdded, Restocked], filter: [sku], sort: sku}
      - name: OrderById
        roles: [customer]
        allow: caller.id == row.customer_id
        from: [OrderPlaced, OrderPaid, OrderCancelled]
        returns: one
      - name: MyOrders
        http: GET /my/orders
        roles: [customer]
        by: [caller.id]
        from: [OrderPlaced, OrderPaid]
        filter: [status]
        sort: placed_at
      - {name: OpenOrders, from: [OrderPlaced, OrderPaid], filter: [status]}
    policies:
      - {when: payments.PaymentCaptured, then: PayOrder}
    timers:
      - {when: OrderPlaced, after: 15 minutes, unless: [OrderPaid], then: CancelOrder}
      - {every: day at 03:00 UTC, for_each: OpenOrders, if: row.status == "placed", then: CancelOrder}
    workflows:
      - name: Care
        starts: OrderPaid
        steps:
          - {name: tell, call: Mail.send, with: {to: "'ada@example.com'", subject: "'Hello'", body: "'Thank you.'"}}
          - {wait: 1 hour}
  - name: payments
    aggregates:
      - name: Payment
        states: [asked, captured, failed, refunded]
        fields: {order_id: ref Order, amount: money, charge_id: optional text}
        commands:
          - {name: AskPayment, creates: true, fields: {order_id: ref Order, amount: money}, emits: [PaymentAsked]}
          - {name: CapturePayment, in: [asked], fields: {charge_id: text}, emits: [PaymentCaptured]}
          - {name: FailPayment, in: [asked], emits: [PaymentFailed]}
          - {name: RefundPayment, in: [captured], emits: [PaymentRefunded]}
        events:
          - {name: PaymentAsked, to: asked, fields: {order_id: ref Order, amount: money}}
          - {name: PaymentCaptured, to: captured, fields: {order_id: ref Order, charge_id: text}}
          - {name: PaymentFailed, to: failed}
          - {name: PaymentRefunded, to: refunded}
    policies:
      - {when: sales.OrderPlaced, then: AskPayment, with: {amount: event.total}}
    calls:
      - when: PaymentAsked
        call: Stripe.capture
        with: {reference: event.payment_id}
        ok: CapturePayment
        failed: FailPayment
"""


def changed(*edits: tuple[str, str], text: str = SHOP) -> str:
    """Give the shop with some of its text replaced, each place once."""
    for old, new in edits:
        assert text.count(old) >= 1, f"{old!r} is not in the blueprint"
        text = text.replace(old, new, 1)
    return text


def document(*edits: tuple[str, str]) -> Document:
    """Read the shop with edits."""
    return read(changed(*edits))


def findings(*edits: tuple[str, str]) -> tuple[Finding, ...]:
    """Check the shop with edits."""
    return check(document(*edits))
