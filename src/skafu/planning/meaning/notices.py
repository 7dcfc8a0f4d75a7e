"""Who is told what by which channel."""

from skafu.planning.language.clauses import Clause
from skafu.planning.language.phrases import Noun, is_person
from skafu.planning.lexicon import outside, words
from skafu.planning.meaning.discourse import Discourse
from skafu.planning.meaning.story import Notice, Source

_GETTING = frozenset({"get", "receive", "be", "have"})
_SENDING = words("send email mail text give trigger issue generate deliver push call forward")
_ASKING = frozenset({"ask", "invite"})


def notice_of(clause: Clause, source: Source, discourse: Discourse) -> Notice | None:
    """Give the notice that a clause speaks of; nothing when it speaks of something else."""
    recipient = _told(clause, discourse) or _sent(clause, discourse) or _gets(clause, discourse)
    if not recipient:
        return None
    roles = discourse.agents(clause)
    return Notice(recipient, channel_of(clause), source, clause, roles=roles, about=_about(clause, discourse))


def _told(clause: Clause, discourse: Discourse) -> str:
    """Customers are told; the agent notifies the customer."""
    base = clause.verb.base
    if base not in outside.TELLING and not (base in _ASKING and clause.verb.passive and clause.after("for")):
        return ""
    if base in {"email", "text", "message"} and clause.verb.passive and not _person(clause.subjects, discourse):
        return _person(clause.after("to"), discourse)
    found = clause.subjects if clause.verb.passive else clause.objects
    told = _person(found, discourse)
    return (
        told
        if base not in {"update", "phone", "page", "contact", "call"} or clause.verb.passive or _channels(clause)
        else ""
    )


def _sent(clause: Clause, discourse: Discourse) -> str:
    """A reminder is sent to the patient; the system sends customers a receipt."""
    if clause.verb.base not in _SENDING:
        return ""
    things = clause.subjects if clause.verb.passive and not clause.objects else clause.objects
    if clause.verb.passive and clause.objects:
        things = clause.objects
    if not any(noun.head in outside.TOLD_THINGS for noun in things):
        return ""
    if any(noun.head in {"alert", "alarm"} for noun in things) and clause.verb.base in {"trigger", "issue", "generate"}:
        return ""
    to = clause.after("to", "for") or (clause.subjects if clause.verb.passive and clause.objects else ())
    return _person(to, discourse) or _person(clause.objects[:1], discourse) or discourse.vocabulary.generic


def _gets(clause: Clause, discourse: Discourse) -> str:
    """Customers get an email; loans get a reminder."""
    if clause.verb.base not in _GETTING or clause.verb.passive:
        return ""
    if not any(noun.head in outside.TOLD_THINGS for noun in clause.objects):
        return ""
    return _person(clause.subjects, discourse) or discourse.role or discourse.vocabulary.generic


def _person(found: tuple[Noun, ...], discourse: Discourse) -> str:
    return next(
        (role for noun in found if (noun.pronoun or is_person(noun.head)) and (role := discourse.role_of(noun))), ""
    )


def _channels(clause: Clause) -> list[str]:
    behind = [
        noun
        for preposition, group in clause.obliques
        if preposition in {"by", "via", "through", "on", "over", "in", "with", "per"}
        for noun in group
    ]
    told = [*clause.objects, *(clause.subjects if clause.verb.passive else ())]
    words = [word for noun in (*behind, *told) for word in (noun.head, *noun.before)]
    brands = [word for word in words if word in outside.BRANDS and outside.BRANDS[word][1] in {"sms", "email", "chat"}]
    plain = [outside.CHANNELS[word] for word in words if word in outside.CHANNELS]
    return brands + plain


def channel_of(clause: Clause) -> str:
    """Give the channel or the brand by which somebody is told; email where nothing is said."""
    found = _channels(clause)
    if found:
        return found[0]
    return {"call": "sms", "phone": "sms", "text": "sms", "page": "sms", "message": "chat"}.get(
        clause.verb.base, "email"
    )


def _about(clause: Clause, discourse: Discourse) -> str:
    for noun in clause.after("about", "of", "before", "for"):
        thing = discourse.vocabulary.thing(noun)
        if thing and thing != "approval":
            return thing
    things = [*clause.subjects, *clause.objects]
    return next((thing for noun in things if not noun.pronoun and noun.head not in outside.TOLD_THINGS
                 and (thing := discourse.vocabulary.thing(noun))), "")  # fmt: skip
