"""The check of templates: what is wrong in one, found without running any of its code.

Example:
    >>> from skafu.scaffold.checking import check_template
    >>> report = check_template({"copier.yml": b"name: shop", "{{ nam }}.txt.jinja": b"Hello {{ name }}!"})
    >>> [(one.code, one.file, one.fix) for one in report.findings]
    [('undefined', '{{ nam }}.txt.jinja', "did you mean 'name'?")]
"""

from skafu.scaffold.checking.check import LIMIT, check_template
from skafu.scaffold.checking.findings import Finding, Severity
from skafu.scaffold.checking.report import Coverage, Report

__all__ = ["LIMIT", "Coverage", "Finding", "Report", "Severity", "check_template"]
