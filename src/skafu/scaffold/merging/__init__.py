"""Three-way merging of trees as far as it is pure: whose each path is, line endings, merging by key, the result."""

from skafu.scaffold.kept_path import BASE_PATH
from skafu.scaffold.merging.archive import packed, unpacked
from skafu.scaffold.merging.merge import Changes, Conflict, Kind, Merge, Unmerged
from skafu.scaffold.merging.prepare import Prepared, prepare
from skafu.scaffold.merging.rules import Rules, matching
from skafu.scaffold.merging.settle import settle
from skafu.scaffold.merging.structured import merge_structured

__all__ = [
    "BASE_PATH",
    "Changes",
    "Conflict",
    "Kind",
    "Merge",
    "Prepared",
    "Rules",
    "Unmerged",
    "matching",
    "merge_structured",
    "packed",
    "prepare",
    "settle",
    "unpacked",
]
