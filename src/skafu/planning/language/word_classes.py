"""Words with their part of speech, and the ones whose part of speech is known from a list."""

from dataclasses import dataclass

from skafu.planning.language.words import Word
from skafu.planning.lexicon import grammar


@dataclass(slots=True)
class Tagged:
    """A word with its part of speech.

    Tags: DET POSS 's=OWN ADJ N PRO V(finite, infinitive, participle) VREL(reduced relative) MOD BE HAVE DO NEG PREP TO
    CC SUB REL NUM ADV TIME LIM and the marks of punctuation. `base` and `form` are a verb's.
    """

    word: Word
    tag: str = ""
    base: str = ""
    form: str = ""

    @property
    def low(self) -> str:
        """The word in lower case."""
        return self.word.low


def closed(word: Word) -> str:
    """Give the tag of a word of a closed class; one that ends in ? is decided by the place, none by the neighbours."""
    if word.mark:
        return "LIM" if word.mark.kind in {"limit", "amount"} else "TIME"
    low = word.low
    for name, members in _CLASSES:
        if low in members:
            return name
    if low[0].isdigit():
        return "NUM"
    return "" if low[0].isalpha() else low.replace(";", ".").replace("!", ".").replace("?", ".").replace("%", "NUM")


_CLASSES = (
    ("OWN", {"'s"}),
    ("that?", {"that"}),
    ("to?", {"to"}),
    ("both?", {"both", "all", "each", "some", "many", "most", "her"}),
    ("get?", {"get", "gets", "got", "getting", "become", "becomes"}),
    ("have?", grammar.HAVE),
    ("do?", grammar.DO),
    ("when?", {"before", "after", "until", "till", "since", "once"}),
    ("REL", {"who", "which", "whom"}),
    ("like?", {"like", "past", "near"}),
    ("MOD", grammar.MODALS),
    ("BE", grammar.BE),
    ("NEG", grammar.NEGATIONS),
    ("POSS", grammar.POSSESSIVES),
    ("PRO", grammar.PRONOUNS),
    ("DET", grammar.DETERMINERS),
    ("CC", grammar.COORDINATORS),
    ("SUB", grammar.SUBORDINATORS),
    ("PREP", grammar.PREPOSITIONS),
    ("NUM", set(grammar.NUMBERS)),
    ("ADV", grammar.ADVERBS),
)
