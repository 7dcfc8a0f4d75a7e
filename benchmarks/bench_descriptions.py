"""How much of what an engineer expects the planner finds in descriptions as people type them."""

from pathlib import Path

from benchmarks.figures import Figure, write_section
from benchmarks.score_descriptions import FILES, groups, means, score

AIMS = {"entities": 0.75, "commands": 0.70, "events": 0.70, "precision": 0.80}
CASES = "descriptions.yaml"


def main() -> None:
    """Score all descriptions."""
    figures = [figure for path in FILES for figure in _figures(path)]
    write_section(
        "Descriptions",
        figures,
        "Mean recall over the descriptions of a file, and precision of commands; names normalised, alternatives"
        " honoured. The key beside each description says what a senior engineer expects. No peer plans without a model;"
        " the keys are the yardstick.",
    )


def _figures(path: Path) -> list[Figure]:
    found = []
    for title, cases in groups(path):
        for kind, value in means([score(case) for case in cases]).items():
            aim = AIMS.get(kind) if path.name == CASES else None
            met = None if aim is None else value >= aim
            found.append(Figure(f"{title}: {kind}", f"{value:.2f}", f">= {aim}" if aim else "", met))
    return found


if __name__ == "__main__":
    main()
