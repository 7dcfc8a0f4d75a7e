"""Breaks generated projects in one place each: the check that is there for it turns red, and says where."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from driven_project import results_of, said

from skafu.proof.local_aws.emulated import MiniStack

DECISIONS = "lists/domain/todo_list_decisions.py"
LISTS_STACK = "services/lists/stack.yaml"
STORE_STACK = "services/store/stack.yaml"
PATIENCE = 2.5
"""Seconds to wait for what shall happen, and here does not."""


@dataclass(frozen=True)
class Break:
    """One change of a generated project, and what must come of it.

    Attributes:
        name: for people.
        file: how the path of the changed file ends.
        old: what stands there.
        new: what is put there.
        check: the check that must fail.
        words: what its problems must say.
        example: the example that is broken.
        before: checks that must run before it.
    """

    name: str
    file: str
    old: str
    new: str
    check: str
    words: str
    example: str = "todo"
    before: tuple[str, ...] = ()


TODO = (
    Break(
        "a handler that asks for no role",
        "lists/handlers/share_list.py",
        'request.caller("member")',
        "request.caller()",
        "deployed.access",
        "commands.ShareList",
    ),
    Break(
        "a route without its authorizer",
        LISTS_STACK,
        "Target: !Sub integrations/${ArchiveListIntegration}\n      AuthorizationType: JWT\n"
        "      AuthorizerId: !Ref AuthorizerId",
        "Target: !Sub integrations/${ArchiveListIntegration}\n      AuthorizationType: NONE",
        "deployed.access",
        "commands.ArchiveList",
    ),
    Break(
        "a state that is not looked at",
        DECISIONS,
        "def share_list(command: ShareList, todo_list: TodoList, caller: Caller, now: datetime)"
        ' -> Decision[TodoListEvent]:\n    """What `ShareList` leads to."""\n    if todo_list.status != "active":',
        "def share_list(command: ShareList, todo_list: TodoList, caller: Caller, now: datetime)"
        ' -> Decision[TodoListEvent]:\n    """What `ShareList` leads to."""\n    if todo_list.status == "never":',
        "deployed.commands",
        "in the state archived): expected 422 wrong_state",
    ),
    Break(
        "a version that is not looked at",
        "shared/aggregates.py",
        "if context.expected_version not in {None, version}:",
        "if context.expected_version == -1:",
        "deployed.commands",
        "expected 412 precondition_failed",
    ),
    Break(
        "an answer with the version before",
        "shared/aggregates.py",
        "version=version + len(decision),",
        "version=version,",
        "deployed.commands",
        "expected the data",
    ),
    Break(
        "a field that takes anything",
        "lists/domain/todo_list.py",
        "title: Annotated[str, Meta(min_length=1, max_length=100)]",
        "title: str",
        "deployed.validation",
        "(title: more than 100)",
    ),
    Break(
        "unknown fields that are swallowed",
        "lists/domain/todo_list.py",
        "class CreateList(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True)",
        "class CreateList(Struct, frozen=True, kw_only=True)",
        "deployed.validation",
        "a field that is not known",
    ),
    Break(
        "a rule with the wrong code",
        DECISIONS,
        'Refusal("task_exists"',
        'Refusal("task_known"',
        "deployed.rules",
        "expected 422 task_exists",
    ),
    Break(
        "an event although its condition does not hold",
        DECISIONS,
        "if command.member_id not in todo_list.members:",
        "if command.member_id:",
        "deployed.rules",
        "commands.ShareList",
    ),
    Break(
        "an instance rule that is left out",
        "lists/handlers/archive_list.py",
        "if caller.id != todo_list.owner_id:",
        'if caller.id == "nobody":',
        "deployed.instance-rules",
        "whom the rule keeps out",
    ),
    Break(
        "rows that anybody may see",
        "lists/handlers/list_by_id.py",
        "if row is None or (caller.id != row.owner_id and caller.id not in row.members):",
        "if row is None:",
        "deployed.instance-rules",
        "queries.ListById",
        before=("deployed.commands",),
    ),
    Break(
        "requests that are not remembered",
        "shared/http.py",
        "idempotency_key=self._repetition(caller, key) if key else None,",
        "idempotency_key=None,",
        "deployed.idempotency",
        "sent again with the same Idempotency-Key",
    ),
    Break(
        "events that overwrite each other",
        "shared/event_store.py",
        'EVENT = "attribute_not_exists(aggregateId)"',
        'EVENT = "attribute_not_exists(nothing)"',
        "deployed.idempotency",
        "for one of them",
    ),
    Break(
        "an event that is not published",
        "shared/messaging.py",
        "    for event in stored:\n        try:",
        '    for event in stored:\n        if event.type == "TaskCompleted":\n            continue\n        try:',
        "deployed.events",
        "events.TaskCompleted",
    ),
    Break(
        "an event with another value",
        DECISIONS,
        "ListCreated(todo_list_id=todo_list_id, owner_id=caller.id, title=command.title)",
        "ListCreated(todo_list_id=todo_list_id, owner_id=caller.id, title=command.title.upper())",
        "deployed.events",
        "expected the data",
        before=("deployed.commands",),
    ),
    Break(
        "an event in somebody else's name",
        "shared/aggregates.py",
        "actor=context.actor,",
        'actor="somebody",',
        "deployed.events",
        "expected the actor",
        before=("deployed.commands",),
    ),
    Break(
        "a publisher that may not publish",
        LISTS_STACK,
        "Action: events:PutEvents\n              Resource: !Ref BusArn",
        "Action: events:PutRule\n              Resource: !Ref BusArn",
        "deployed.events",
        "expected on the bus",
    ),
    Break(
        "an event that rows do not hear of",
        "lists/handlers/projector.py",
        '            "ListArchived": ("archived_at",),\n        },\n    ),\n)',
        "        },\n    ),\n)",
        "deployed.read-models",
        "queries.MyLists",
        before=("deployed.events",),
    ),
    Break(
        "rows in the wrong order",
        "lists/adapters/read_tables.py",
        'by=("owner_id",), sort="created_at", newest=True',
        'by=("owner_id",), sort="created_at", newest=False',
        "deployed.read-models",
        "expected the newest created_at first",
        before=("deployed.commands",),
    ),
    Break(
        "a filter that does not filter",
        "shared/projections.py",
        "if all(getattr(row, name) == value for name, value in wanted.items()):",
        "if row:",
        "deployed.read-models",
        "with status=",
        before=("deployed.commands",),
    ),
    Break(
        "pages that begin where the last one ended, once more",
        "shared/projections.py",
        'start = answer.get("LastEvaluatedKey")\n            for item in',
        'start = answer.get("LastEvaluatedKey") and None\n            for item in',
        "deployed.read-models",
        "in pages of",
        before=("deployed.commands",),
    ),
    Break(
        "a query that may not read its index",
        LISTS_STACK,
        "Resource: !Sub ${MyListsRows.Arn}/index/byAccessKey",
        "Resource: !GetAtt MyListsRows.Arn",
        "deployed.access",
        "queries.MyLists",
    ),
    Break(
        "a projector that trusts its records",
        "shared/projections.py",
        "projection.refresh(instance_id, woken_by)",
        "for event in woken_by:\n"
        "                        row, held = projection.table.held(instance_id)\n"
        "                        row = projection.fold(row, event)\n"
        "                        projection.table.put(instance_id, row, event.sequence, held)",
        "deployed.duplicates",
        "expected the rows",
        before=("deployed.commands",),
    ),
    Break(
        "given-up records that nobody reports",
        "shared/messaging.py",
        'report(failure["requestContext"]["condition"], failure["requestContext"]["requestId"], function)',
        "logger.info(function)",
        "deployed.poison",
        "no ErrorOccurred",
    ),
    Break(
        "given-up records that are not kept",
        LISTS_STACK,
        "      TopicArn: !Ref StreamFailures\n      Protocol: sqs\n      Endpoint: !GetAtt StreamFailuresQueue.Arn",
        "      TopicArn: !Ref StreamFailures\n      Protocol: email\n      Endpoint: somebody@example.com",
        "deployed.poison",
        "did not give it up",
    ),
)

BOOKSTORE = (
    Break(
        "a rule that listens to nothing",
        STORE_STACK,
        "detail-type: [CartCheckedOut]",
        "detail-type: [CartLeft]",
        "deployed.policies",
        "store.CartCheckedOut -> PlaceOrder: expected PlaceOrder to be run",
        "bookstore",
    ),
    Break(
        "a queue that its rule may not write to",
        STORE_STACK,
        "Condition: {ArnEquals: {aws:SourceArn: !GetAtt CancelOrderWhenPaymentFailedRule.Arn}}",
        "Condition: {ArnEquals: {aws:SourceArn: !GetAtt ConfirmOrderWhenPaymentCapturedRule.Arn}}",
        "deployed.policies",
        "payments.PaymentFailed -> CancelOrder",
        "bookstore",
    ),
    Break(
        "a policy that fills a field with something else",
        "store/handlers/cancel_order_when_payment_failed.py",
        "reason=event.reason",
        'reason="unknown"',
        "deployed.policies",
        "expected the data",
        "bookstore",
    ),
    Break(
        "a policy that acts on every delivery",
        "shared/messaging.py",
        'idempotency_key="#".join(filter(None, (reaction, metadata.event_id, self.part))),',
        "idempotency_key=None,",
        "deployed.duplicates",
        "came again",
        "gym",
    ),
    Break(
        "a queue without a dead-letter queue",
        STORE_STACK,
        "      RedrivePolicy:\n        deadLetterTargetArn: !GetAtt PlaceOrderWhenCartCheckedOutDeadLetters.Arn\n"
        "        maxReceiveCount: 5\n",
        "",
        "deployed.poison",
        "place-order-when-cart-checked-out-dlq",
        "bookstore",
    ),
    Break(
        "messages that anybody may send",
        "shared/inbound.py",
        "if secret_arn and not _is_signed(request, secret(secret_arn)):",
        "if not secret_arn:",
        "deployed.policies",
        "StripeRefunded -> RecordRefund: a message signed by somebody else: expected 401",
        "bookstore",
    ),
    Break(
        "a total that adds instead of multiplying",
        "store/domain/cart_decisions.py",
        "line.price * line.quantity",
        "line.price * (line.quantity + 1)",
        "deployed.events",
        "events.CartCheckedOut",
        "bookstore",
        ("deployed.commands",),
    ),
    Break(
        "a value that need not be unique",
        "store/adapters/stores.py",
        "book.evolve, book.unique)",
        "book.evolve)",
        "deployed.rules",
        "for the second time",
        "bookstore",
    ),
    Break(
        "a limit that is one too high",
        "store/domain/cart_decisions.py",
        "if command.line.quantity > book.stock:",
        "if command.line.quantity > book.stock + 1:",
        "deployed.rules",
        "expected 422 out_of_stock",
        "bookstore",
    ),
)


ERRANDS = (
    Break(
        "a workflow that undoes nothing",
        "workflows/fetching.asl.json",
        '"Next": "UndoWhatWasDone"',
        '"Next": "TellTheErrorBus"',
        "deployed.policies",
        "errands.ErrandAsked -> Fetching: expected DropErrand to be run",
        "errands",
    ),
    Break(
        "a timer that is set for another day",
        "handlers/set_drop_errand_after_errand_asked.py",
        "timedelta(days=3)",
        "timedelta(days=4)",
        "deployed.policies",
        "after errands.ErrandAsked -> DropErrand: expected it to be due at",
        "errands",
    ),
    Break(
        "links that take files of any size",
        "shared/files.py",
        '"ContentLength": upload.size,',
        "",
        "deployed.files",
        "something longer was uploaded",
        "errands",
    ),
)


@pytest.mark.parametrize("broken", [pytest.param(one, id=one.name) for one in (*TODO, *BOOKSTORE, *ERRANDS)])
def test_a_broken_system_is_seen(aws: MiniStack, tmp_path: Path, broken: Break) -> None:
    changes = [(broken.file, broken.old, broken.new)]

    results = results_of(aws, broken.example, tmp_path, changes, (*broken.before, broken.check), patience=PATIENCE)

    found = results[broken.check]
    assert found.verdict == "failed"
    assert broken.words in said(found)
