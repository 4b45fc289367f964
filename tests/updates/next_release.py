"""A release after the working tree, made by a script: it does to the template what releases do."""

from pathlib import Path

VERSION = "1001.0.0"

# What it changes in a project: the file, what stands there now, and what will.
EDITED_FUNCTION = (
    "app/main.py",
    '    return {"message": "Hello World"}\n',
    '    return {"message": "Hello everyone"}\n',
)
EDITED_TEST = ("tests/api/test_endpoints.py", '{"message": "Hello World"}', '{"message": "Hello everyone"}')
EDITED_MODULE = ("app/api/errors.py", "One envelope for every error response", "The envelope of every error response")
EDITED_EXAMPLE = ("app/api/routes/items.py", '"""Create an item."""', '"""Create an item for someone."""')
EDITED_ERROR = ("app/core/exceptions.py", "This does not exist.", "There is no such thing.")
EDITS = (EDITED_FUNCTION, EDITED_TEST, EDITED_MODULE, EDITED_EXAMPLE, EDITED_ERROR)
REMOVED = "tests/api/test_external_service.py"
ADDED = "docs/added.md"


def change(repository: Path) -> None:
    """Make this release of the template in its repository."""
    for name, old, new in EDITS:
        path = source(repository, name)
        path.write_text(_replaced(path.read_text(), old, new))
    source(repository, REMOVED).unlink()
    added = source(repository, ADDED)
    added.parent.mkdir()
    added.write_text("A file of the next release.\n")


def source(repository: Path, name: str) -> Path:
    """Return the template's file that renders to the project's file `name`."""
    plain = repository / "template" / name
    rendered = plain.with_name(f"{plain.name}.jinja")
    return rendered if rendered.exists() else plain


def _replaced(text: str, old: str, new: str) -> str:
    if text.count(old) != 1:
        raise LookupError(f"{text.count(old)} times, not once: {old}")
    return text.replace(old, new)
