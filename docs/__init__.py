"""The figures of README.md: `nox -s figures`."""

import tests as tests  # first of all: it isolates what is run from the user's settings
