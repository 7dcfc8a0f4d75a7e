"""One process of the workshop: reads orders, carries them out one after the other, ends with its standard input."""

import difflib
import gc
import os
import resource
import signal
from functools import cache
from typing import TYPE_CHECKING, BinaryIO, Final

from skafu.blueprint import BlueprintInvalid, Document, System, check, read, resolve
from skafu.blueprint.comparing import ElementChange, changes_between
from skafu.contexts.project.adapters.workshop.orders import (
    LENGTH,
    CheckIt,
    CompareThem,
    GenerateIt,
    Order,
    PlanIt,
    Reply,
    failure_of,
    read_order,
    to_bytes,
)
from skafu.contexts.project.ports import (
    MadeCheck,
    MadeDifference,
    MadePlan,
    MadeTree,
    PlannedElement,
    TemplateFiles,
)
from skafu.kernel.errors import Invalid
from skafu.workspace.worker_pool.lockdown import close_network

if TYPE_CHECKING:
    from skafu.generation.project import SystemTemplate

MEMORY_BYTES: Final = 2 * 1024**3
"""More than any blueprint needs."""

EXACT: Final = 2**53
"""Whole numbers up to this are the same for everybody who reads JSON."""

BLUEPRINT_FILE: Final = "skafu.yaml"


def main() -> None:
    """Carry out orders until nobody can give any more."""
    close_network()  # templates of strangers are rendered here, and nothing that is done here needs it
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    orders, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints does not spoil an answer
    while (content := _next(orders)) is not None:
        carried = read_order(content)
        signal.alarm(carried.seconds)
        answer = _written(reply_to(carried.order))
        signal.alarm(0)
        answers.write(LENGTH.pack(len(answer)) + answer)
        answers.flush()
        gc.collect()


def _next(orders: BinaryIO) -> bytes | None:
    head = orders.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (size,) = LENGTH.unpack(head)
    content = orders.read(size)
    return content if len(content) == size else None


def _written(reply: Reply) -> bytes:
    """An answer as it travels; what cannot travel is a failure too."""
    try:
        return to_bytes(reply)
    except Exception as error:  # noqa: BLE001 who ordered is told, and the next order is carried out
        return to_bytes(Reply(failed=failure_of(error)))


def reply_to(order: Order) -> Reply:
    """Carry out an order; what goes wrong is an answer too."""
    try:
        return _reply_to(order)
    except Exception as error:  # noqa: BLE001 whatever it is, who ordered is told
        return Reply(failed=failure_of(error))


def _reply_to(order: Order) -> Reply:
    match order:
        case PlanIt():
            return Reply(plan=_plan(order.description))
        case CheckIt():
            return Reply(check=_check(order.blueprint))
        case GenerateIt():
            return Reply(tree=_generate(order.blueprint, order.template))
        case CompareThem():
            return Reply(difference=_compare(order.before, order.after))


def _plan(description: str) -> MadePlan:
    from skafu.planning import plan

    made = plan(description)
    elements = [PlannedElement(path, source.words, source.rule) for path, source in sorted(made.provenance.items())]
    questions = tuple(each.text for each in made.questions)
    return MadePlan(made.written(), made.blueprint.name, made.planner, questions, tuple(elements))


def _check(blueprint: str) -> MadeCheck:
    try:
        document = read(blueprint)
    except BlueprintInvalid as error:
        return MadeCheck(error.findings)
    return MadeCheck(check(document), document.blueprint.name)


def _generate(blueprint: str, template: TemplateFiles) -> MadeTree:
    from skafu.generation.project import build_project
    from skafu.scaffold.merging.archive import packed
    from skafu.workspace.formatting import RuffFormatter

    system = _resolved(read(blueprint))
    compiled = _brought(template) if template.archive else _shipped(template.name)
    tree = build_project(system, blueprint, compiled, RuffFormatter())
    return MadeTree(packed(tree, compressed=True), len(tree))


def _resolved(document: Document) -> System:
    try:
        return resolve(document.blueprint)
    except BlueprintInvalid:
        raise BlueprintInvalid(check(document)) from None


@cache
def _shipped(name: str) -> "SystemTemplate":
    from skafu.catalog import SYSTEM, template_folder
    from skafu.generation.project import system_template
    from skafu.scaffold import load
    from skafu.workspace.folders import read_folder

    if name != SYSTEM:
        raise Invalid(f"no template {name!r} is shipped", fix=f"choose {SYSTEM!r}, or upload the template")
    files = read_folder(template_folder(SYSTEM))
    return system_template(SYSTEM, files, load(files))


def _brought(template: TemplateFiles) -> "SystemTemplate":
    from skafu.generation.project import system_template
    from skafu.scaffold import load
    from skafu.scaffold.merging.archive import unpacked

    files = unpacked(template.archive, name=f"the template {template.name}")
    return system_template(template.name, files, load(files))


def _compare(before: str, after: str) -> MadeDifference:
    names = (f"a/{BLUEPRINT_FILE}", f"b/{BLUEPRINT_FILE}")
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), *names, lineterm="")
    told = "".join(f"{line}\n" for line in lines)
    try:
        found = changes_between(read(before).source.values, read(after).source.values)
    except BlueprintInvalid:
        return MadeDifference(told, (), readable=False)
    changes = [ElementChange(each.path, each.change, _plain(each.before), _plain(each.after)) for each in found]
    return MadeDifference(told, tuple(changes), readable=True)


def _plain(value: object) -> object:
    """A value of YAML as JSON can show it everywhere: what it has no number for is its text."""
    match value:
        case dict():
            return {str(key): _plain(each) for key, each in value.items()}
        case list():
            return [_plain(each) for each in value]
        case None | bool() | str():
            return value
        case int() | float() if abs(value) <= EXACT:
            return value
        case _:
            return str(value)


if __name__ == "__main__":
    main()
