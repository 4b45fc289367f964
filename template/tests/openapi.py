"""Helpers for tests of the OpenAPI document."""

from typing import Any

from fastapi import FastAPI


def operations(app: FastAPI) -> dict[str, dict[str, Any]]:
    """Return the operations by method and path, such as `GET /`."""
    paths = app.openapi()["paths"].items()
    return {f"{method.upper()} {path}": described for path, methods in paths for method, described in methods.items()}


def declared_failures(app: FastAPI, operation: str) -> set[str]:
    """Return the status codes of errors that an operation declares."""
    return {status for status in operations(app)[operation]["responses"] if status >= "400"}
