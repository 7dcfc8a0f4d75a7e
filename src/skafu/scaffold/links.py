"""Where symbolic links really lead, as a file system follows them: also through other links."""

from collections.abc import Mapping

_MOST_STEPS = 1_000


def leads_out(path: str, links: Mapping[str, str]) -> bool:
    """Tell whether a link leads out of the tree, or round in a circle.

    By its words alone, `d/../x` stays inside; when `d` is a link to somewhere else, it may not.

    Args:
        path: of the link.
        links: path to target of all links of the tree.
    """
    place: list[str] = path.split("/")[:-1]
    ahead = _parts(links[path])
    for _ in range(_MOST_STEPS):
        if not ahead:
            return False
        step = ahead.pop()
        if step == "/":
            return True
        if step == "..":
            if not place:
                return True
            place.pop()
            continue
        place.append(step)
        if (target := links.get("/".join(place))) is not None:
            place.pop()
            ahead.extend(_parts(target))
    return True


def _parts(target: str) -> list[str]:
    """Give the steps of a path, the first one last; `/` stands for the root of the file system."""
    if target.startswith("/") or "\\" in target or "\0" in target:
        return ["/"]
    return [part for part in reversed(target.split("/")) if part not in {"", "."}]
