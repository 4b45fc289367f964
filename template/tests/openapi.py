"""What the OpenAPI document says about operations."""

from typing import Any

from fastapi import FastAPI


def operations(app: FastAPI) -> dict[str, dict[str, Any]]:
    """Return the descriptions of the operations by their names, such as `GET /`."""
    paths = app.openapi()["paths"].items()
    return {f"{method.upper()} {path}": described for path, methods in paths for method, described in methods.items()}


def declared_failures(app: FastAPI, operation: str) -> set[str]:
    """Return the status codes of errors that an operation declares."""
    return {status for status in operations(app)[operation]["responses"] if status >= "400"}
