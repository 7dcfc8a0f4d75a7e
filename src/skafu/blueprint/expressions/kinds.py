"""What the checker knows of a value: the types of fields, and what only expressions have."""

from typing import cast

import msgspec

from skafu.blueprint.types import ListOf, Maybe, OneOf, Record, Ref, Scalar, ScalarName, Type, type_text


class NullType(msgspec.Struct, frozen=True, tag="null"):
    """The type of `null`."""


class AnyType(msgspec.Struct, frozen=True, tag="any"):
    """Something in a message without declared fields: any member may be read; the target decides the type."""


class NeverType(msgspec.Struct, frozen=True, tag="never"):
    """The type of the items of `[]`: there are none, so they fit everything."""


class WordsType(msgspec.Struct, frozen=True, tag="words"):
    """A text that is written out, so that it can be held against `one of`."""

    options: tuple[str, ...]


class FieldsType(msgspec.Struct, frozen=True, tag="fields"):
    """A root with fields, which is no value by itself."""

    name: str
    fields: dict[str, Type]


ExpressionType = Type | NullType | AnyType
Kind = Type | NullType | AnyType | NeverType | WordsType | FieldsType

TEXT, INTEGER, DECIMAL, BOOLEAN = Scalar("text"), Scalar("integer"), Scalar("decimal"), Scalar("boolean")
MONEY, DATE, DATETIME, DURATION = Scalar("money"), Scalar("date"), Scalar("datetime"), Scalar("duration")
ANY, NULL, NEVER = AnyType(), NullType(), NeverType()
TEXTS: frozenset[ScalarName] = frozenset({"id", "text", "email", "url", "phone", "file"})
ORDERED: frozenset[ScalarName] = frozenset({"integer", "decimal", "money", "date", "datetime", "duration"})
NUMBERS: tuple[Kind, ...] = (INTEGER, DECIMAL)


def list_of(item: Kind) -> ListOf:
    """Build a list type whose item may also be a kind that only expressions have (an empty list holds any)."""
    return ListOf(cast("Type", item))


def maybe(kind: Kind) -> Kind:
    """Build the optional of a kind; null, any and optional ones stay what they are."""
    return kind if isinstance(kind, Maybe | NullType | AnyType) else Maybe(cast("Type", kind))


def item_of(kind: Kind) -> Kind:
    """What an item of a list is; anything, when the list is always empty or part of a message."""
    return ANY if not isinstance(kind, ListOf) or isinstance(kind.item, NeverType) else kind.item


def has_any(kind: Kind) -> bool:
    """Whether a value is, or holds, something from a message without declared fields."""
    return has_any(kind.item) if isinstance(kind, ListOf | Maybe) else isinstance(kind, AnyType)


def present(kind: Kind) -> Kind:
    """What an optional is when it is not absent."""
    return kind.item if isinstance(kind, Maybe) else kind


def is_text(kind: Kind) -> bool:
    """Whether Python holds it as a str."""
    return isinstance(kind, OneOf | Ref | WordsType) or (isinstance(kind, Scalar) and kind.name in TEXTS)


def is_ordered(kind: Kind) -> bool:
    """Whether `<` says something about it; texts are compared for equality only."""
    return isinstance(kind, Scalar) and kind.name in ORDERED


def widened(kind: Kind) -> ExpressionType:
    """Forget which words a text is: literals are text to the outside."""
    match kind:
        case WordsType():
            return TEXT
        case ListOf(item):
            return list_of(widened(item))
        case Maybe(item):
            return Maybe(cast("Type", widened(item)))
        case FieldsType() | NeverType():
            return ANY
        case _:
            return kind


def kind_text(kind: Kind) -> str:
    """Write a kind for people: like the type's text, or "null", "any", "command"."""
    match kind:
        case NullType():
            return "null"
        case AnyType() | NeverType():
            return "any"
        case WordsType((word,)):
            return f'the text "{word}"'
        case WordsType():
            return "text"
        case FieldsType(name):
            return name
        case ListOf(item):
            return f"list of {kind_text(item)}" if not isinstance(item, WordsType) else "list of text"
        case Maybe(item):
            return f"optional {kind_text(item)}"
        case Record(name):
            return name
        case _:
            return type_text(kind)


def equatable(left: Kind, right: Kind) -> bool:
    """Whether two kinds can be equal: texts with texts, numbers with numbers, otherwise the same."""
    left, right = present(left), present(right)
    if isinstance(left, NeverType) or isinstance(right, NeverType):
        return True
    if isinstance(left, AnyType) or isinstance(right, AnyType):
        return _plain(left) and _plain(right)
    if is_text(left) and is_text(right):
        return _same_words(left, right)
    if isinstance(left, ListOf) and isinstance(right, ListOf):
        return equatable(left.item, right.item)
    return (left in NUMBERS and right in NUMBERS) or (left == right and not isinstance(left, FieldsType))


def _plain(kind: Kind) -> bool:
    """Whether JSON holds the value as it is, so that it can be held against a member of a message."""
    return is_text(kind) or kind in (INTEGER, BOOLEAN) or isinstance(kind, AnyType)


def _same_words(left: Kind, right: Kind) -> bool:
    match left, right:
        case Ref(one), Ref(other):
            return one == other
        case ((OneOf(some) | WordsType(some)), (OneOf(others) | WordsType(others))):
            return bool(set(some) & set(others)) or (isinstance(left, WordsType) and isinstance(right, WordsType))
        case _:
            return True


def assignable(kind: Kind, target: Type) -> bool:
    """Whether a value of a kind may become a field of a type.

    Every text may become text; id, ref and text become each other (but not the ref of one aggregate that of another);
    written-out texts become anything that is text. An integer becomes a decimal only where the checker says so.
    """
    if isinstance(kind, AnyType | NeverType):
        return True
    if isinstance(target, Maybe):
        return isinstance(kind, NullType) or assignable(present(kind), target.item)
    if isinstance(kind, ListOf) and isinstance(target, ListOf):
        return assignable(kind.item, target.item)
    if is_text(kind) and is_text(target):
        return _text_assignable(kind, target)
    return kind == target


def _text_assignable(kind: Kind, target: Type) -> bool:
    match kind, target:
        case ((OneOf(words) | WordsType(words)), OneOf(options)):
            return set(words) <= set(options)
        case WordsType(), _:
            return True
        case Ref(one), Ref(other):
            return one == other
        case _, Scalar("text"):
            return True
        case ((Scalar("text" | "id") | Ref()), (Scalar("id") | Ref())):
            return True
        case _:
            return kind == target


def joined(left: Kind, right: Kind) -> Kind | None:
    """The kind that holds both: of the branches of `? :`, of the items of a list; None when there is none."""
    if left == right or isinstance(left, AnyType) or isinstance(right, NeverType):
        return left
    if isinstance(right, AnyType) or isinstance(left, NeverType):
        return right
    if isinstance(left, Maybe | NullType) or isinstance(right, Maybe | NullType):
        return _joined_optionals(left, right)
    if left in NUMBERS and right in NUMBERS:
        return DECIMAL
    if is_text(left) and is_text(right):
        return _joined_texts(left, right)
    if isinstance(left, ListOf) and isinstance(right, ListOf):
        item = joined(left.item, right.item)
        return None if item is None else list_of(item)
    return None


def _joined_optionals(left: Kind, right: Kind) -> Kind | None:
    if isinstance(left, NullType):
        return maybe(right)
    if isinstance(right, NullType):
        return maybe(left)
    item = joined(present(left), present(right))
    return None if item is None else maybe(item)


def _joined_texts(left: Kind, right: Kind) -> Kind:
    match left, right:
        case WordsType(some), WordsType(others):
            return WordsType(tuple(dict.fromkeys((*some, *others))))
        case ((OneOf(some) | WordsType(some)), (OneOf(others) | WordsType(others))):
            return OneOf(tuple(dict.fromkeys((*some, *others))))
        case WordsType(), _:
            return right
        case _, WordsType():
            return left
        case _:
            return TEXT
