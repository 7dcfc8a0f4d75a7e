"""Lints stacks with cfn-lint and translates them with SAM, in the tool environment `cfn-lint`.

Reads from standard input: `{"region": ..., "ignore": [rule, ...], "paths": {name: path}, "stacks": {name: stack}}`,
where the stacks have their intrinsic functions in the long form. Writes `{"findings": [...], "lint_seconds": ...,
"translated": {name: stack}, "errors": {name: [message, ...]}, "translate_seconds": ...}`.
"""

import importlib
import json
import os
import sys
import time
from typing import Any

LOCAL_FILES = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
    "AWS::Serverless::StateMachine": "DefinitionUri",
    "AWS::Serverless::Application": "Location",
    "AWS::Serverless::Api": "DefinitionUri",
    "AWS::Serverless::HttpApi": "DefinitionUri",
}
UPLOADED = "s3://uploaded/file"


def lint(paths: dict[str, str], region: str, ignore: list[str]) -> list[dict[str, Any]]:
    """Give what cfn-lint says about the files."""
    api = importlib.import_module("cfnlint.api")
    names = {path: name for name, path in paths.items()}
    config = {"templates": list(paths.values()), "regions": [region], "ignore_checks": ignore}
    return [
        {
            "rule": match.rule.id,
            "severity": match.rule.severity,
            "file": names.get(match.filename, match.filename),
            "line": match.linenumber,
            "message": match.message,
        }
        for match in api.lint_by_config(config)
    ]


def translate(stacks: dict[str, Any]) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Give the stacks as CloudFormation gets them, and why some can't be translated."""
    translator = importlib.import_module("samtranslator.translator.translator").Translator
    parser = importlib.import_module("samtranslator.parser.parser").Parser
    invalid = importlib.import_module("samtranslator.model.exceptions").InvalidDocumentException
    translated, errors = {}, {}
    for name, stack in stacks.items():
        _pretend_uploads(stack)
        try:
            translated[name] = translator(_SameName(), parser()).translate(stack, parameter_values={})
        except invalid as problem:
            errors[name] = [cause.message for cause in problem.causes]
    return translated, errors


class _SameName(dict[str, str]):
    """The ARNs of AWS's managed policies, by name."""

    def get(self, name: object, _default: object = None) -> str | None:  # type: ignore[override]
        return f"arn:aws:iam::aws:policy/{name}" if isinstance(name, str) and not name.startswith("arn:") else None


def _pretend_uploads(stack: dict[str, Any]) -> None:
    shared = stack.get("Globals", {}).get("Function", {})
    if isinstance(shared.get("CodeUri"), str):
        shared["CodeUri"] = UPLOADED
    for resource in stack.get("Resources", {}).values():
        key = LOCAL_FILES.get(resource.get("Type"), "")
        properties = resource.get("Properties") or {}
        if isinstance(properties.get(key), str):
            properties[key] = UPLOADED


def main() -> None:
    """Answer one request."""
    asked = json.load(sys.stdin)
    os.environ["AWS_DEFAULT_REGION"] = asked["region"]
    begun = time.monotonic()
    findings = lint(asked["paths"], asked["region"], asked["ignore"])
    linted = time.monotonic()
    translated, errors = translate(asked["stacks"])
    json.dump(
        {
            "findings": findings,
            "lint_seconds": linted - begun,
            "translated": translated,
            "errors": errors,
            "translate_seconds": time.monotonic() - linted,
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
