"""The figures and the terminal picture of README.md: `nox -s figures`, `nox -s demo`."""

import tests as tests  # first, to isolate commands from the user's settings
