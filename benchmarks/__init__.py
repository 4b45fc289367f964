"""What the template, its tests and its service cost, beside what they would cost without: `nox -s bench`."""

import tests as tests  # first of all: it isolates what is run from the user's settings
