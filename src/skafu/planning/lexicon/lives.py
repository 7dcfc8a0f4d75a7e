"""What is naturally done to things, what they consist of, and which attributes they have."""

from skafu.planning.lexicon import words

LIVES = {
    "appointment": "book cancel", "article": "write publish", "booking": "make cancel", "card": "add move",
    "comment": "post", "contact": "add update", "contract": "create sign", "deal": "create close", "document": "upload",
    "event": "create cancel", "expense": "record", "file": "upload", "idea": "submit", "invoice": "create pay",
    "issue": "open close", "item": "add remove", "job": "post close", "lead": "add close", "link": "add", "listing": "post close",
    "loan": "start return", "message": "send", "note": "write delete", "order": "place cancel ship", "page": "write update",
    "photo": "upload", "picture": "upload", "poll": "create close", "post": "publish", "product": "add update", "project": "start close",
    "question": "ask answer", "recipe": "add update", "reservation": "make cancel", "review": "write", "ride": "request complete",
    "reply": "write", "shift": "plan swap", "song": "add", "subscription": "start cancel", "survey": "create close", "task": "add complete",
    "ticket": "open close", "topic": "open close", "trip": "plan", "vote": "cast", "workout": "record", "coupon": "create redeem",
    "voucher": "issue redeem", "course": "create publish", "claim": "submit approve", "request": "submit approve",
    "answer": "submit", "url": "shorten", "reading": "record", "bill": "create pay", "chore": "add complete", "habit": "add",
    "goal": "set reach", "playlist": "create", "meal": "add", "donation": "make", "wish": "add", "gift": "add reserve",
    "application": "submit accept", "timesheet": "submit approve", "rental": "start return", "license": "issue renew",
    "car": "add rent", "room": "add", "table": "add", "pet": "register", "list": "create",
}  # fmt: skip
"""Thing -> the verbs of its life, for descriptions that name things only; `create` for all others."""

PARTS = {
    "todo list": ("task",), "list": ("item",), "shopping list": ("item",), "wish list": ("wish",), "packing list": ("item",),
    "board": ("card",), "poll": ("vote",), "survey": ("answer",), "playlist": ("song",), "album": ("photo",), "cart": ("item",),
    "project": ("task",), "quiz": ("question",), "chat": ("message",), "blog": ("post", "comment"), "forum": ("topic", "reply"),
    "wiki": ("page",), "crm": ("contact", "deal"), "marketplace": ("listing", "order"), "shop": ("product", "order"),
    "store": ("product", "order"), "webshop": ("product", "order"), "e-shop": ("product", "order"), "helpdesk": ("ticket",),
    "bakery": ("product", "order"), "bookstore": ("book", "order"), "library": ("book", "loan"), "restaurant": ("table", "reservation"), "hotel": ("room", "reservation"),
    "newsletter": ("subscription",), "gallery": ("photo",), "cinema": ("movie", "booking"), "salon": ("appointment",),
    "calendar": ("event",), "recipe": (), "kanban": ("card",), "guestbook": ("entry",), "diary": ("entry",), "journal": ("entry",),
    "school": ("course", "enrollment"), "clinic": ("appointment",), "cafe": ("product", "order"),
}  # fmt: skip
"""Thing or system -> what it consists of."""

ADDED = words(
    """book product item room table car meal dish menu song movie film tool vehicle bike location bin shelf part spare_part
  ingredient contact category seat desk court field slot lesson quiz plant animal house flat apartment property
  machine toy game recipe link warehouse shop branch site"""
)
REGISTERED = words(
    """sensor meter device camera thermometer gateway scooter customer patient member student employee driver supplier vendor user
  reader guest participant tenant pet courier doctor teacher child runner player owner buyer seller learner donor volunteer"""
)
UPLOADED = words("document photo picture file image video attachment screenshot")

SHAPES: dict[str, dict[str, str]] = {
    "book": {"title": "text", "author": "text", "price": "money", "stock": "integer"},
    "product": {"name": "text", "price": "money", "stock": "integer"},
    "item": {"name": "text", "description": "optional text"},
    "order": {"total": "money"},
    "cart": {}, "booking": {}, "reservation": {}, "registration": {}, "enrollment": {}, "loan": {}, "rental": {},
    "payment": {"amount": "money"}, "fare": {"amount": "money"}, "fine": {"amount": "money"}, "fee": {"amount": "money"},
    "deposit": {"amount": "money"}, "rent": {"amount": "money"}, "donation": {"amount": "money"}, "transfer": {"amount": "money"},
    "refund": {"amount": "money"}, "tip": {"amount": "money"}, "bill": {"amount": "money"}, "invoice": {"number": "text", "amount": "money"},
    "expense": {"amount": "money", "description": "text"}, "account": {"name": "text"}, "task": {"title": "text"},
    "todo list": {"name": "text"}, "list": {"name": "text"}, "assignment": {"title": "text", "description": "optional text"},
    "submission": {"content": "text"}, "grade": {"points": "integer", "comment": "optional text"}, "feedback": {"content": "text"},
    "rating": {"stars": "integer", "comment": "optional text"}, "review": {"stars": "integer", "content": "text"},
    "comment": {"content": "text"}, "message": {"content": "text"}, "reply": {"content": "text"}, "question": {"content": "text"},
    "answer": {"content": "text"}, "note": {"content": "text"}, "post": {"title": "text", "content": "text"},
    "article": {"title": "text", "content": "text"}, "page": {"title": "text", "content": "text"},
    "appointment": {"starts_at": "datetime", "reason": "optional text"}, "class": {"name": "text", "starts_at": "datetime"},
    "course": {"title": "text", "description": "optional text"}, "lesson": {"title": "text"}, "event": {"title": "text", "starts_at": "datetime"},
    "meeting": {"subject": "text", "starts_at": "datetime"}, "ride": {"pickup": "text", "destination": "text"},
    "trip": {"origin": "text", "destination": "text"}, "ticket": {"subject": "text", "description": "optional text"},
    "issue": {"title": "text", "description": "optional text"}, "document": {"name": "text", "document": "file"},
    "photo": {"photo": "file", "caption": "optional text"}, "alarm": {}, "alert": {}, "report": {"due_at": "datetime"},
    "overview": {"due_at": "datetime"}, "summary": {"due_at": "datetime"}, "statement": {"due_at": "datetime"}, "digest": {"due_at": "datetime"},
    "vote": {"choice": "text"}, "room": {"name": "text"}, "sensor": {"name": "text"}, "meter": {"number": "text"}, "device": {"name": "text"},
    "contract": {"title": "text"}, "claim": {"description": "text", "amount": "money"}, "request": {"description": "text"},
    "subscription": {"plan": "text"}, "job": {"title": "text", "description": "optional text"}, "application": {"motivation": "text"},
    "delivery": {"address": "text"}, "parcel": {"address": "text"}, "shipment": {"address": "text"}, "certificate": {},
    "quiz": {"title": "text"}, "recipe": {"title": "text", "instructions": "text"}, "car": {"name": "text", "plate": "text"},
    "vehicle": {"plate": "text"}, "meal": {"name": "text", "price": "money"}, "dish": {"name": "text", "price": "money"},
    "url": {"target": "url"}, "waiting list": {}, "auction": {"title": "text"}, "vacation": {"starts_on": "date", "ends_on": "date"},
    "leave": {"starts_on": "date", "ends_on": "date"}, "absence": {"starts_on": "date", "ends_on": "date"}, "workout": {"description": "text"},
    "shift": {"starts_at": "datetime", "ends_at": "datetime"}, "auction item": {"name": "text"}, "inspection": {"result": "optional text"},
    "purchase order": {"number": "text", "total": "money"}, "onboarding": {"name": "text"}, "pick list": {}, "diagnosis": {"description": "text"},
    "prescription": {"medication": "text", "dosage": "text"}, "insurance document": {"name": "text", "document": "file"},
}  # fmt: skip
"""Thing -> the attributes that it usually has; a name where nothing is said."""

LINES = {"order": "OrderLine", "purchase": "PurchaseLine"}
"""Things that consist of lines with a product, a quantity and a price, and what these lines are called."""

ACT_FIELDS: dict[str, dict[str, str]] = {
    "restock": {"quantity": "integer"}, "cancel": {"reason": "optional text"}, "reject": {"reason": "optional text"},
    "decline": {"reason": "optional text"}, "reschedule": {"starts_at": "datetime"}, "postpone": {"starts_at": "datetime"},
    "deposit": {"amount": "money"}, "withdraw": {"amount": "money"}, "top_up": {"amount": "money"}, "share": {"email": "email"},
    "invite": {"email": "email"}, "reply": {"content": "text"}, "answer": {"answer": "text"}, "comment": {"content": "text"},
    "rename": {"name": "text"}, "flag": {"reason": "optional text"}, "block": {"reason": "optional text"},
    "escalate": {}, "ship": {"tracking_number": "optional text"}, "resolve": {"resolution": "optional text"},
    "adjust": {"quantity": "integer"}, "attach": {"attachment": "file"}, "sell": {"price": "money"},
}  # fmt: skip
"""Verb -> what has to be said with it."""

COUNTED = {"restock": ("stock", "quantity"), "deposit": ("balance", "amount"), "top_up": ("balance", "amount")}
"""Verb -> the counter of the thing that grows, and by which field of the event."""
SPENT = {"withdraw": ("balance", "amount"), "transfer": ("balance", "amount")}
"""Verb -> the counter that shrinks, and by which field of the event."""
