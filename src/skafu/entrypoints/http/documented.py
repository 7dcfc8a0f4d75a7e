"""The description of the API, with the errors that any route may answer."""

from typing import Any, Final, cast

from fastapi import FastAPI

from skafu.web_api.envelope import ERRORS, ErrorAnswer

ANY: Final = (400, 422, 429, 503)
"""What may happen everywhere: what cannot be read, is not right, is too much, or cannot be done now."""
WITH_BODY: Final = (413,)
WITH_PARAMETERS: Final = (404,)
WITH_DEFAULT: Final = 422
"""The library documents a shape of its own for it, which no answer has."""
METHODS: Final = ("get", "put", "post", "patch", "delete")
_MODEL: Final = ErrorAnswer.__name__


class DocumentedApi(FastAPI):
    """An application whose document names every error."""

    def openapi(self) -> dict[str, Any]:
        """The document; it is made once."""
        if self.openapi_schema is None:
            document = super().openapi()
            for operations in document.get("paths", {}).values():
                for operation in (operations[method] for method in METHODS if method in operations):
                    _name_errors(operation)
        return cast("dict[str, Any]", self.openapi_schema)


def _name_errors(operation: dict[str, Any]) -> None:
    """Add the errors that follow from what an operation takes."""
    statuses = [*ANY, *(WITH_BODY if "requestBody" in operation else ())]
    if any(each["in"] == "path" for each in operation.get("parameters", ())):
        statuses += WITH_PARAMETERS
    responses = operation["responses"]
    for status in statuses:
        if str(status) not in responses or status == WITH_DEFAULT:
            responses[str(status)] = _error(status)
    operation["responses"] = dict(sorted(responses.items()))


def _error(status: int) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{_MODEL}"}
    return {"description": ERRORS[status], "content": {"application/json": {"schema": schema}}}
