"""Changes of the shop that make it wrong: finding -> the changes, and what is said of them."""

Edits = tuple[tuple[str, str], ...]

NESTED = "      - {name: N0, fields: {a: text, b: text}}\n" + "".join(
    f"      - {{name: N{at}, fields: {{a: N{at - 1}, b: optional N{at - 1}}}}}\n" for at in range(1, 20)
)
SHELF = "      - {{name: Shelf{0}, http: GET /shelves/{0}, public: true, from: [ProductAdded, Restocked]}}\n"
SHELVES = "    queries:\n" + "".join(map(SHELF.format, range(50)))
ERRORS: dict[str, tuple[Edits, str]] = {
    "command_of_other_service": (
        (("then: PayOrder", "then: FailPayment"),),
        "command FailPayment is one of service payments, not of sales",
    ),
    "different_parameters": (
        (
            ("name: shop\n", "name: shop\napi: rest\n"),
            ("- {name: PayOrder,", "- {name: PayOrder, http: POST /orders/:order_id/pay,"),
            ("name: Products, http: GET /products", "name: Products, http: GET /orders/:sku/products, by: [sku]"),
        ),
        "below /orders, a REST API has one parameter",
    ),
    "duplicate_name": ((("name: FailPayment", "name: PaymentFailed"),), "is called like"),
    "empty_limits": ((("{type: integer, min: 1}", "{type: integer, min: 5, max: 1}"),), "min 5 is above max 1"),
    "empty_workflow": (
        (("  - name: payments\n", "      - {name: Rest, starts: OrderPaid, steps: []}\n  - name: payments\n"),),
        "Rest has no steps",
    ),
    "equal_routes": ((("GET /my/orders", "GET /products"),), "MyOrders has the same route as Products: GET /products"),
    "event_of_log": (
        (
            ("store: log", "store: log"),
            (
                "policies:\n      - {when: payments.PaymentCaptured",
                (
                    "policies:\n      - {when: Seen, then: PayOrder, with: {order_id: event.sku}}\n      "
                    "- {when: payments.PaymentCaptured"
                ),
            ),
        ),
        "Seen is an entry of the log Visits",
    ),
    "event_without_producer": (
        (("- {name: OrderStuck}", "- {name: OrderStuck}\n          - {name: OrderLost}"),),
        "no command emits OrderLost",
    ),
    "field_not_set": (
        (
            (
                "note: optional text}\n        commands:\n          - name: PlaceOrder",
                "note: text}\n        commands:\n          - name: PlaceOrder",
            ),
        ),
        "PlaceOrder begins a Order without note",
    ),
    "id_is_made": (
        (("with: {amount: event.total}", "with: {amount: event.total, payment_id: event.order_id}"),),
        "its payment_id is made and cannot be given",
    ),
    "key_not_given": ((("key: [sku]", "key: [stock]"),), "nothing gives it stock, which is part of the key"),
    "limit_without_meaning": (
        (("seen: optional datetime", "seen: {type: optional datetime, min: 1}"),),
        "min says nothing about optional datetime",
    ),
    "log_without_retention": ((("        retention: 1 year\n", ""),), "the log Visits grows for ever"),
    "may_create_nothing": (
        (("emits: [ProductAdded]", "emits: [{event: ProductAdded, if: size(command.sku) > 0}]"),),
        "AddProduct creates, but may emit nothing",
    ),
    "missing_id": (
        (("payments.PaymentCaptured, then: PayOrder", "payments.PaymentFailed, then: PayOrder"),),
        "PayOrder acts on one Order, and nothing says which",
    ),
    "missing_mapping": (
        (("with: {amount: event.total}", "with: {}"),),
        "command AskPayment needs amount (money), and nothing gives it",
    ),
    "missing_row_key": (
        (("name: OpenOrders, from", "name: OpenOrders, by: [customer_id], from"),),
        "OpenOrders is found by customer_id, and nothing here gives it",
    ),
    "mixed_sources": (
        (("from: [ProductAdded, Restocked]", "from: [ProductAdded, OrderPaid]"),),
        "OrderPaid is of Order, the rows of Products are of Product",
    ),
    "never_created": ((("{name: AddProduct, creates: true,", "{name: AddProduct,"),), "no command creates a Product"),
    "no_first_state": (
        (("{name: OrderPlaced, to: placed,", "{name: OrderPlaced,"),),
        "PlaceOrder creates by OrderPlaced, which leads to no state",
    ),
    "pattern_without_example": (
        (("{sku: text, price: money, stock", '{sku: {type: text, pattern: "[a-z]{3}", min: 5}, price: money, stock'),),
        "no text was found that matches the pattern of sku",
    ),
    "policy_loop": (
        (
            ("- {when: payments.PaymentCaptured, then: PayOrder}", "- {when: Restocked, then: Restock}"),
            ("quantity: integer, tag: text}\n            emits", "quantity: integer, tag: text}\n            emits"),
        ),
        "these events follow each other for ever: Restocked -> Restocked",
    ),
    "public_and_guarded": (
        (("public: true, from", "public: true, roles: [clerk], from"),),
        "Products is public, and roles is for people who are signed in",
    ),
    "query_without_beginning": (
        (("OpenOrders, from: [OrderPlaced, OrderPaid]", "OpenOrders, from: [OrderPaid]"),),
        "OpenOrders does not see OrderPlaced, with which a Order begins",
    ),
    "query_without_events": (
        (("OpenOrders, from: [OrderPlaced, OrderPaid], filter: [status]", "OpenOrders"),),
        "nothing feeds OpenOrders",
    ),
    "read_of_other_service": ((("Product(product_id)", "Payment(product_id)"),), "Payment belongs to another service"),
    "repeated": (
        (("states: [placed, paid, cancelled]", "states: [placed, paid, cancelled, paid]"),),
        "paid is in the list twice",
    ),
    "reserved_name": (
        (
            (
                "fields: {quantity: integer, tag: text}\n            emits",
                "fields: {quantity: integer, tag: text, class: optional text}\n            emits",
            ),
        ),
        "class cannot be used as a name: it is a keyword of Python",
    ),
    "route_without_id": (
        (("- {name: PayOrder,", "- {name: PayOrder, http: POST /payments,"),),
        "the route of PayOrder does not say which order it is for",
    ),
    "too_slow_for_express": (
        (("starts: OrderPaid", "starts: OrderPaid\n        express: true"),),
        "Care waits 3600 seconds",
    ),
    "type_cycle": (
        (("price: money}}\n    aggregates", "price: money, more: list of Line}}\n    aggregates"),),
        "value type Line contains itself",
    ),
    "type_too_large": (
        (("    value_types:\n", "    value_types:\n" + NESTED),),
        "value type N9 holds more than 500 values",
    ),
    "unclear_caller": (
        (
            ("x", "x"),
            ("allow: command.customer_id == caller.id", "allow: caller.id != ''"),
            ("allow: caller.id == state.customer_id", "allow: caller.id != ''"),
        ),
        "no rule tells which column holds the id of the caller",
    ),
    "unknown_aggregate": (
        (("Product(product_id)", "Prodct(product_id)"),),
        "aggregate Prodct is not declared; did you mean Product?",
    ),
    "unknown_column": ((("sort: sku", "sort: skuu"),), "column skuu is not declared; did you mean sku?"),
    "unknown_command": (
        (
            (
                '03:00 UTC, for_each: OpenOrders, if: row.status == "placed", then: CancelOrder',
                "03:00 UTC, for_each: OpenOrders, then: CancelOrdr",
            ),
        ),
        "command CancelOrdr is not declared; did you mean CancelOrder?",
    ),
    "unknown_event": (
        (("emits: [OrderPaid]", "emits: [OrderPayd]"),),
        "event OrderPayd is not declared; did you mean OrderPaid?",
    ),
    "unknown_field": (
        (("add: {stock: event.quantity,", "add: {stok: event.quantity,"),),
        "field stok is not declared; did you mean stock?",
    ),
    "unknown_operation": (
        (("call: Stripe.capture", "call: Stripe.captur"),),
        "operation Stripe.captur is not declared; did you mean Stripe.capture?",
    ),
    "unknown_parameter": (
        (("http: POST /orders\n", "http: POST /orders/:customr_id\n"),),
        "the path has :customr_id, which is not given to it; did you mean customer_id?",
    ),
    "unknown_query": (
        (("for_each: OpenOrders", "for_each: OpenOrder"),),
        "query OpenOrder is not declared; did you mean OpenOrders?",
    ),
    "unknown_role": (
        (("'\"clerk\" in caller.roles'", "'\"clrk\" in caller.roles'"),),
        "role clrk is not declared; did you mean clerk?",
    ),
    "unknown_state": (
        (("- {name: PayOrder, in: [placed]", "- {name: PayOrder, in: [place]"),),
        "state place is not declared; did you mean placed?",
    ),
    "value_type_differs": (
        (
            (
                "  - name: payments\n",
                "  - name: payments\n    value_types: [{name: Line, fields: {product_id: ref Product}}]\n",
            ),
        ),
        "value type Line of payments has other fields than the one of sales",
    ),
    "wrong_change": (
        (("add: {stock: event.quantity, tags", "add: {sku: event.tag, stock: event.quantity, tags"),),
        "add is for lists, numbers, money and durations; sku is text",
    ),
    "wrong_choice": (
        (
            (
                "- {wait: 1 hour}",
                "- {name: pick, choose: [{steps: [{wait: 1 hour}]}, {if: 'true', steps: [{wait: 2 hours}]}]}",
            ),
        ),
        "the branch without a condition is taken when no other is",
    ),
    "wrong_column": ((("sort: sku", "sort: price"),), "rows cannot be sorted by price, which is money"),
    "wrong_default": (
        (("{type: integer, default: 0}", "{type: integer, default: none}"),),
        "the default 'none' is not an integer",
    ),
    "wrong_duration": ((("after: 15 minutes", "after: 15 minuts"),), "'15 minuts' is no duration"),
    "wrong_example": (
        (("{type: integer, default: 0}", "{type: integer, default: 0, example: many}"),),
        "the example 'many' is not an integer",
    ),
    "wrong_expression": (
        (("rule: size(command.lines) > 0", "rule: size(command.linse) > 0"),),
        "command has no linse; did you mean lines?",
    ),
    "wrong_inbound": (
        (("{name: refunded, then", "{name: refunded, kind: mqtt, then"),),
        "Stripe is of kind http, which sends no mqtt",
    ),
    "wrong_key": (
        (("unique: [[sku]]", "unique: [[tags]]"),),
        "tags is list of text and cannot tell one Product from another",
    ),
    "wrong_limit": (
        (("{type: integer, min: 1}", "{type: integer, min: 1.5}"),),
        "min of integer is a whole number from -1,000,000,000,000,000,000 to 1,000,000,000,000,000,000, got 1.5",
    ),
    "wrong_load": ((("average: 5, peak: 50", "average: 50, peak: 5"),), "the peak (5) is below the average (50)"),
    "wrong_log": (
        (("        retention: 1 year\n", "        retention: 1 year\n        unique: [[sku]]\n"),),
        "a log is appended to without looking at it, so it has no unique",
    ),
    "wrong_mapping": (
        (("with: {reference: event.payment_id}", "with: {reference: event.payment_id, amount: event.order_id}"),),
        "expected money, got ref Order",
    ),
    "wrong_method": (
        (("http: POST /orders\n", "http: GET /orders\n"),),
        "PlaceOrder changes something, so GET is not for it",
    ),
    "wrong_pattern": (
        (("{sku: text, price: money, stock", '{sku: {type: text, pattern: "(a"}, price: money, stock'),),
        "the pattern can't be used: a ( without its )",
    ),
    "wrong_read": ((("Product(product_id)", "product_id"),), "'product_id' is not an aggregate and its id"),
    "wrong_route": ((("http: POST /orders\n", "http: POST /orders/{id}\n"),), "'{id}' is no part of a path"),
    "wrong_schedule": (
        (("day at 03:00 UTC", "dya at 03:00 UTC"),),
        "'dya at 03:00 UTC' is no repeated time; did you mean day?",
    ),
    "wrong_state": (
        (
            (
                "creates: true\n            http: POST /orders",
                "creates: true\n            in: [placed]\n            http: POST /orders",
            ),
        ),
        "PlaceOrder creates, so there is no state before it",
    ),
    "wrong_step": (
        (("- {wait: 1 hour}", "- {wait: 1 hour, do: PayOrder}"),),
        "a step has one of do, call, wait_for, wait, choose; this one has do and wait",
    ),
    "wrong_timer": (
        (("after: 15 minutes,", "after: 15 minutes, every: hour,"),),
        "a timer has one of after, at and every; this one has after and every",
    ),
    "wrong_type": (
        (("product_id: ref Product, quantity", "product_id: ref Prodct, quantity"),),
        "aggregate Prodct is not known; did you mean Product?",
    ),
}
WARNINGS: dict[str, tuple[Edits, str]] = {
    "large_stack": ((("    queries:\n", SHELVES),), "sales becomes about"),
    "caller_is_system": (
        (("rule: product.stock >= 0", "rule: product.stock >= 0"), ("if: state.version < 100", "if: caller.id != ''")),
        "CancelOrder is also run by the system",
    ),
    "command_without_event": (
        (
            ("emits: [PaymentRefunded]", "emits: []"),
            ("- {name: PaymentRefunded, to: refunded}", ""),
            (", refunded]", "]"),
        ),
        "RefundPayment emits nothing",
    ),
    "command_without_role": (
        (
            (
                "roles: [clerk]\n            allow: '\"clerk\" in caller.roles'",
                "http: POST /products/:product_id/restock",
            ),
        ),
        "everybody who is signed in may use Restock",
    ),
    "command_without_use": (
        (("- {when: payments.PaymentCaptured, then: PayOrder}", ""), ("    policies:\n      \n", "")),
        "nobody and nothing can run PayOrder",
    ),
    "field_never_changed": (
        (("            set: {seen: event.recorded_at}\n", ""),),
        "no event gives seen of Product a value",
    ),
    "integration_without_use": (
        (("- {name: Mail, kind: email}", "- {name: Mail, kind: email}\n  - {name: Sms, kind: sms}"),),
        "nothing asks Sms, and it sends nothing",
    ),
    "many_events": (
        (
            (
                "kind: email}",
                (
                    "kind: email}\n  - {name: Shelf, kind: mqtt, inbound: [{name: count, kind: mqtt, "
                    "fields: {product_id: id, quantity: integer, tag: text}, then: sales.Restock}]}"
                ),
            ),
        ),
        "messages keep adding events to the same Product",
    ),
    "no_instance_rule": (
        (("            allow: '\"clerk\" in caller.roles'\n", ""),),
        "every clerk may use Restock on every instance",
    ),
    "one_of_many": (
        (
            (
                "from: [OrderPlaced, OrderPaid, OrderCancelled]\n        returns: one",
                "by: [total_count]\n        from: [OrderPlaced, OrderPaid, OrderCancelled]\n        returns: one",
            ),
            ("total_count", "customer_id"),
        ),
        "OrderById returns one row, but customer_id may find several",
    ),
    "query_without_role": (
        (
            (
                "        roles: [customer]\n        allow: caller.id == row.customer_id\n",
                "        http: GET /orders/:order_id\n",
            ),
        ),
        "everybody who is signed in may use OrderById",
    ),
    "query_without_use": (
        (
            (
                'for_each: OpenOrders, if: row.status == "placed", then: CancelOrder',
                "then: AddProduct, with: {sku: \"'x'\", price: 'money(1, \"EUR\")'}",
            ),
        ),
        "nobody and nothing can ask OpenOrders",
    ),
    "retention_without_log": (
        (("key: [sku]\n", "key: [sku]\n        retention: 2 years\n"),),
        "Product is no log, so it is kept for good",
    ),
    "role_without_use": (
        (("roles: [customer, clerk], sign_up", "roles: [customer, clerk, guest], sign_up"),),
        "nothing is open to role guest alone",
    ),
    "unreachable_state": (
        (("states: [placed, paid, cancelled]", "states: [placed, paid, cancelled, lost]"),),
        "no command leads to state lost of Order",
    ),
    "unsigned_webhook": (
        (("{name: refunded, then", "{name: refunded, signature: none, then"),),
        "everybody on the internet may send refunded in the name of Stripe",
    ),
    "wrong_else": (
        (("- {event: OrderCancelled, if: state.version < 100}", "- {event: OrderCancelled}"),),
        "else is for when no other event was emitted",
    ),
}
_VISITS = """\
      - name: Visits
        store: log
        retention: 1 year
        fields: {sku: text}
        key: [sku]
        commands: [{name: See, creates: true, public: true, fields: {sku: text}, emits: [Seen]}]
        events: [{name: Seen, fields: {sku: text}}]
      - name: Order
"""
LOG = ("      - name: Order\n", _VISITS)
"""Adds a log to the shop."""
