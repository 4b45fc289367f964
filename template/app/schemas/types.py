"""Types that several schemas share."""

from typing import Annotated

from pydantic import StringConstraints

# NUL is valid in JSON, but PostgreSQL cannot store it in text.
ShortText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00]*$")
]
