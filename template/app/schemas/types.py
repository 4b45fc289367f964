"""Types of several schemas."""

from typing import Annotated

from pydantic import StringConstraints

# Text that is not blank. NUL is valid in JSON, but not in every database.
ShortText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$"),
]
