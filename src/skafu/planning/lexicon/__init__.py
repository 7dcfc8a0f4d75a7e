"""The words that the rules planner knows, by kind."""


def words(text: str) -> frozenset[str]:
    """Give the words of a list that is written with spaces between them."""
    return frozenset(text.split())


def phrases(text: str) -> frozenset[str]:
    """Give the phrases of a list that is written with bars between them."""
    return frozenset(" ".join(phrase.split()) for phrase in text.split("|"))
