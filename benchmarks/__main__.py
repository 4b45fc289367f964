"""Run the benchmarks named on the command line, or all of them, and print a table."""

import argparse
import sys
from collections.abc import Callable

from benchmarks import first_run, growth, isolation, layers, matrix, overload, processes, service, startup
from benchmarks.figures import Figure, table
from benchmarks.workspace import Workspace, workspace
from docs.figures import record

SECTIONS: dict[str, Callable[[Workspace], list[Figure]]] = {
    "matrix": matrix.measure,
    "isolation": isolation.measure,
    "processes": processes.measure,
    "growth": growth.measure,
    "startup": startup.measure,
    "first_run": first_run.measure,
    "service": service.measure,
    "overload": overload.measure,
    "layers": layers.measure,
}


def main() -> None:
    """Run the sections, printing their names to standard error."""
    parser = argparse.ArgumentParser(prog="nox -s bench --", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="section", help=f"{', '.join(SECTIONS)} (default: all)")
    parser.add_argument("--figures", action="store_true", help="write them into docs/figures.json and README.md, too")
    arguments = parser.parse_args()
    names = arguments.sections or list(SECTIONS)
    if unknown := set(names) - set(SECTIONS):
        parser.error(f"no such section: {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    figures: list[Figure] = []
    for name in names:
        sys.stderr.write(f"measuring {name}\n")
        with workspace() as place:
            measured = SECTIONS[name](place)
        figures += measured
        if arguments.figures:
            record({f"bench {name}": {figure.name: figure.recorded() for figure in measured}})
    sys.stdout.write(table(figures) + "\n")


if __name__ == "__main__":
    main()
