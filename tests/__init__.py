"""The meta test suite: it renders every combination of answers and runs each rendered project's own checks."""

from tests import isolation

isolation.isolate()
