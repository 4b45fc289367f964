"""Types that several schemas share."""

from typing import Annotated

from pydantic import StringConstraints

# Text with something to read in it. NUL is valid in JSON, but not in the text of every database.
ShortText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$"),
]
