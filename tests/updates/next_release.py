"""A release after the working tree, which edits, removes and adds files."""

from pathlib import Path

from tests.project import replace_in_file

VERSION = "1001.0.0"

# Edits of rendered files: the file, the old text and the new one.
EDITED_FUNCTION = (
    "app/main.py",
    '    return {"message": "Hello World"}\n',
    '    return {"message": "Hello everyone"}\n',
)
EDITED_TEST = ("tests/api/test_endpoints.py", '{"message": "Hello World"}', '{"message": "Hello everyone"}')
EDITED_MODULE = ("app/api/errors.py", "every error response has", "all error responses have")
EDITED_EXAMPLE = ("app/api/routes/items.py", '"""Create an item."""', '"""Create and return an item."""')
EDITED_ERROR = (
    "app/core/exceptions.py",
    'message = "The resource does not exist."',
    'message = "There is no such thing."',
)
EDITS = (EDITED_FUNCTION, EDITED_TEST, EDITED_MODULE, EDITED_EXAMPLE, EDITED_ERROR)
REMOVED = "tests/api/test_external_service.py"
ADDED = "docs/added.md"


def change(repository: Path) -> None:
    """Apply the changes of the release to a repository of the template."""
    for name, old, new in EDITS:
        replace_in_file(template_file(repository, name), old, new)
    template_file(repository, REMOVED).unlink()
    added = template_file(repository, ADDED)
    added.parent.mkdir()
    added.write_text("A file of the next release.\n")


def template_file(repository: Path, name: str) -> Path:
    """Return the template file that renders to the project file `name`."""
    plain = repository / "template" / name
    rendered = plain.with_name(f"{plain.name}.jinja")
    return rendered if rendered.exists() else plain
