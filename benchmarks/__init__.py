"""Benchmarks of the template, its tests and its services: `nox -s bench`."""

import tests as tests  # first, to isolate the benchmarks from the user's settings
