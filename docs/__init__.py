"""What README.md shows: its figures, `nox -s figures`, and the picture of a terminal, `nox -s demo`."""

import tests as tests  # first of all: it isolates what is run from the user's settings
