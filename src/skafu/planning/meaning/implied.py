"""What a description means without saying it: two names of one thing, the natural life of what it names."""

from collections.abc import Iterable

from skafu.planning.language.phrases import Noun, is_person
from skafu.planning.lexicon import lives, nouns, verbs
from skafu.planning.lexicon import words as word_list
from skafu.planning.lexicon.acts import RECORDS
from skafu.planning.meaning.discourse import Discourse
from skafu.planning.meaning.frames import DEVICES, nominal_acts
from skafu.planning.meaning.story import Act, Source, Story, Thing
from skafu.planning.meaning.vocabulary import inner_nouns

ACQUIRING = word_list(
    """add create register import enter publish list upload buy purchase receive define introduce onboard set_up
    install post build open record ingest order plan invite hire admit write produce save sell propose submit make
    prepare provision"""
)
"""Verbs by which things that one can touch come into the system; reporting or charging them does not make them."""
CONTAINERS = word_list("""blog forum wiki crm marketplace helpdesk chat newsletter gallery guestbook diary journal""")
ENOUGH = 3
"""A description with fewer acts names things rather than what is done to them."""


def may_create(act: Act) -> bool:
    """Whether an act can bring its thing into being."""
    first = lives.LIVES.get(act.thing, "").split()[:1]
    if first == [act.verb] and not act.named:
        return True
    records = act.target or act.thing in RECORDS.values()
    solid = act.thing.split()[-1] in lives.ADDED | lives.REGISTERED | DEVICES
    if solid and act.verb not in ACQUIRING and not act.creates:
        return False
    return act.creates or (
        act.verb in verbs.CREATING and (not act.named or bool(records)) and not act.named.startswith("to ")
    )


def merge_names(story: Story, discourse: Discourse) -> None:
    """Read "an item with an end time ... the auction closes at its end time" as one thing."""
    born = {act.thing for act in story.acts if may_create(act)}
    unborn = [name for name in dict.fromkeys(act.thing for act in story.acts) if name not in born]
    for name in unborn:
        mine = set(discourse.attributes.get(name, {}))
        for other in born:
            if mine & set(discourse.attributes.get(other, {})):
                _rename(story, discourse, other, name)
                break


def _rename(story: Story, discourse: Discourse, old: str, new: str) -> None:
    for act in story.acts:
        if act.thing == old:
            act.creates |= may_create(act)
            act.named = act.named or old
            act.thing = new
        act.target = new if act.target == old else act.target
    for notice in story.notices:
        notice.about = new if notice.about == old else notice.about
    for wish in story.wishes:
        wish.thing = new if wish.thing == old else wish.thing
    discourse.attributes[new] = {**discourse.attributes.pop(old, {}), **discourse.attributes.get(new, {})}
    thing = story.things.pop(old, None)
    if thing is not None and new in story.things:
        story.things[new].count += thing.count


def add_natural_lives(story: Story, discourse: Discourse, spoken: Iterable[tuple[Noun, str]]) -> None:
    """Give the things of a poor description what is naturally done to them.

    Args:
        story: with fewer than `ENOUGH` acts.
        discourse: for names.
        spoken: all noun phrases with their sentences.
    """
    role = discourse.vocabulary.generic
    for noun, words in spoken:
        source = Source(words, "the natural life of a thing")
        for verb, inner in nominal_acts(noun):
            if isinstance(inner, Noun) and (
                name := discourse.vocabulary.thing(inner) or discourse.vocabulary.role(inner)
            ):
                _nominal(story, verb, name, role, source)
                break
        else:
            _live(story, discourse, noun, role, source)


def is_kept(noun: Noun) -> bool:
    """Whether a noun alone says that there is a system to build: one itself, or something that systems often keep."""
    names = {noun.name, noun.head.replace("_", " ")}
    return not noun.pronoun and bool(names & (nouns.SYSTEMS | lives.LIVES.keys() | lives.PARTS.keys()))


def _nominal(story: Story, verb: str, name: str, role: str, source: Source) -> None:
    for each in verbs.CRUD.get(verb, (verb,)):
        if story.act(each, name) is None and each not in verbs.QUERYING - {"track"}:
            _add(story, Act(each, name, source, roles=[role], optional=True), name)


def _live(story: Story, discourse: Discourse, noun: Noun, role: str, source: Source) -> None:
    vocabulary = discourse.vocabulary
    head = noun.head.replace("_", " ")
    parts = lives.PARTS.get(noun.name) or lives.PARTS.get(head, ())
    if (
        noun.head
        in {"system", "app", "platform", "software", "tool", "website", "portal", "service", "chain", "solution"}
        and noun.before
    ):
        noun = Noun(noun.before[-1], noun.before[:-1], text=noun.text)
        head = noun.head.replace("_", " ")
        parts = lives.PARTS.get(noun.name) or lives.PARTS.get(head, ())
    plain = not noun.pronoun and not is_person(noun.head) and not vocabulary.is_system(noun) and head not in nouns.VAGUE
    name = vocabulary.thing(noun) if plain and not vocabulary.is_field(noun) else ""
    container = head in CONTAINERS
    if name and not container and head not in {"app", "tool"}:
        _natural(story, name, head, role, source)
    above = "" if container else name
    for part in parts:
        _natural(story, part, part, role, source)
        if above and part in story.things:
            story.things[part].owners.append(above)
        above = part if container else name


def _natural(story: Story, name: str, head: str, role: str, source: Source) -> None:
    life = (lives.LIVES.get(name) or lives.LIVES.get(head) or birth_verb(name)).split()
    if any(name in {act.thing, act.target, act.named} for act in story.acts):
        return
    first = life[0] if not any(may_create(act) and act.thing == name for act in story.acts) else ""
    for verb in [first, *life[1:]]:
        if verb and story.act(verb, name) is None:
            offered = head in lives.ADDED and role not in {"user", "staff"}
            _add(
                story,
                Act(verb, name, source, roles=["staff" if offered else role], creates=verb == first, optional=True),
                name,
            )


def _add(story: Story, act: Act, name: str) -> None:
    at = next((at for at, former in enumerate(story.acts) if former.thing == name), len(story.acts))
    story.acts.insert(at if act.creates else len(story.acts), act)
    story.things.setdefault(name, Thing(name, act.source)).weak = False
    for role in act.roles:
        story.roles.setdefault(role, act.source)


def birth_verb(name: str) -> str:
    """Give the verb by which a thing naturally comes into being."""
    head = name.rsplit(maxsplit=1)[-1]
    if head in lives.ADDED:
        return "add"
    if head in lives.REGISTERED or head in DEVICES or is_person(head):
        return "register"
    if head in lives.UPLOADED:
        return "upload"
    return "create"


def spoken_nouns(groups: Iterable[tuple[Noun, str]]) -> list[tuple[Noun, str]]:
    """Give noun phrases with the ones inside them, each once."""
    found: dict[Noun, str] = {}
    for noun, words in groups:
        for inner in inner_nouns(noun):
            found.setdefault(inner, words)
    return list(found.items())
