"""What doing something makes: the thing that a verb leaves behind, and the verb that a noun stands for."""

from skafu.planning.lexicon import words

RECORDS = {
    "rate": "rating", "review": "review", "comment": "comment", "vote": "vote", "bid": "bid", "borrow": "loan",
    "lend": "loan", "rent": "rental", "hire": "rental", "reserve": "reservation", "subscribe": "subscription",
    "enroll": "enrollment", "apply": "application", "donate": "donation", "grade": "grade", "order": "order",
    "invoice": "invoice", "invite": "invitation", "complain": "complaint", "sign_up": "registration",
    "reply": "reply", "tip": "tip", "buy": "purchase",
    "purchase": "purchase", "quote": "quote", "diagnose": "diagnosis", "prescribe": "prescription",
    "inspect": "inspection", "vaccinate": "vaccination", "interview": "interview", "refer": "referral",
    "weigh": "measurement", "hand_in": "submission",
}  # fmt: skip
"""Verb -> the record that it creates about its object."""

ALWAYS_RECORD = words(
    """rate review comment vote bid borrow rent reserve subscribe donate order invite apply enroll complain tip
    hand_in"""
)
"""Verbs whose record is there even if the text does not name it."""

ALONE = {"apply": ("submit", "application"), "donate": ("make", "donation"), "complain": ("file", "complaint")}
"""Verb that people do without an object -> what they do, and to what."""

BOOKED_ITSELF = words(
    """appointment visit meeting consultation session ride trip delivery pickup tour lesson interview viewing
    transfer treatment reservation booking holiday vacation leave demo inspection taxi shift transport call
    cleaning service job haircut test-drive move surgery"""
)
"""Things that come into being by being booked; everything else is booked by a booking."""

NOMINAL = {
    "approval": "approve", "registration": "register", "cancellation": "cancel", "creation": "create",
    "submission": "submit", "shipment": "ship", "acceptance": "accept", "rejection": "reject", "removal": "remove",
    "deletion": "delete", "completion": "complete", "publication": "publish", "collection": "collect",
    "verification": "verify", "confirmation": "confirm", "validation": "validate", "evaluation": "evaluate",
    "assessment": "assess", "escalation": "escalate", "allocation": "allocate", "distribution": "distribute",
    "inspection": "inspect", "installation": "install", "activation": "activate", "deactivation": "deactivate",
    "termination": "terminate", "renewal": "renew", "extension": "extend", "suspension": "suspend",
    "calculation": "calculate", "reconciliation": "reconcile", "notification": "notify", "delivery": "deliver",
    "cancelation": "cancel", "archival": "archive", "dispatching": "dispatch", "translation": "translate",
    "moderation": "moderate", "authorization": "authorize", "authorisation": "authorize", "receipt_of": "receive",
    "enrolment": "enroll", "enrollment": "enroll", "acquisition": "acquire", "procurement": "procure",
    "production": "produce", "preparation": "prepare", "disposal": "dispose", "arrival": "receive",
    "repair": "repair", "return": "return", "refund": "refund", "transfer": "transfer", "withdrawal": "withdraw",
    "purchase": "purchase", "sale": "sell", "upload": "upload", "import": "import", "export": "export",
    "review": "review", "payment": "pay", "recording": "record", "reporting": "report", "assignment": "assign",
    "replacement": "replace", "adjustment": "adjust", "exchange": "exchange", "certification": "certify",
    "dispatch": "dispatch", "release": "release", "closure": "close", "closing": "close", "opening": "open",
    "booking": "book", "reservation": "reserve", "scheduling": "schedule", "grading": "grade", "rating": "rate",
    "sharing": "share", "ordering": "order", "tracking": "track", "management": "manage", "administration": "manage",
    "handling": "handle", "maintenance": "maintain", "subscription": "subscribe", "matching": "match",
    "monitoring": "monitor", "rescheduling": "reschedule", "onboarding": "onboard", "offboarding": "offboard",
    "admission": "admit", "discharge": "discharge", "prescription": "prescribe", "vaccination": "vaccinate",
    "posting": "post", "signing": "sign", "rental": "rent", "lending": "lend", "donation": "donate",
    "restocking": "restock", "invoicing": "invoice", "billing": "bill", "voting": "vote", "bidding": "bid",
    "tipping": "tip", "generation": "generate", "measurement": "measure", "detection": "detect", "planning": "plan",
    "purchasing": "purchase", "processing": "process", "settlement": "settle", "reimbursement": "reimburse",
    "redemption": "redeem", "issuance": "issue", "issuing": "issue", "transmission": "transmit", "rota": "schedule",
}  # fmt: skip
"""Noun -> the verb that it stands for in "approval of invoices" and "invoice approval"."""

DOER_NOUNS = {
    "tracker": "track", "planner": "plan", "scheduler": "schedule", "organizer": "manage", "organiser": "manage",
    "shortener": "shorten", "generator": "generate", "finder": "find", "uploader": "upload", "monitor": "monitor",
    "logger": "record", "editor": "edit", "converter": "convert", "checker": "check", "booker": "book",
    "splitter": "split", "exchanger": "exchange", "counter": "count", "scanner": "scan", "manager": "manage",
}  # fmt: skip
"""Noun of a tool -> what it does: an expense tracker tracks expenses."""

EVENT_RECORDS = {
    "no-show": "record",
    "attendance": "record",
    "feedback": "give",
    "absence": "record",
    "damage": "report",
    "deposit": "make",
}
"""Things that happen or are given, and the verb that puts them on record."""
