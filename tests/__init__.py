"""Tests of the template: render every combination of answers and run the checks of each rendered project."""

from tests import isolation

isolation.isolate()
