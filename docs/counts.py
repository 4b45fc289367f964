"""What `nox -s figures` counts, in the template and in projects that it installs."""

import re
import sys
import tomllib
from typing import Any

from benchmarks.workspace import workspace
from docs.figures import record
from tests.combinations import combinations, one_of_each_pair, values_of
from tests.faults.catalogue import FAULTS
from tests.project import RenderedProject
from tests.template import questions
from tests.updates.cases import switches
from tests.updates.releases import past_releases

LIBRARIES = ("FastAPI", "Starlette", "Pydantic", "SQLAlchemy", "Alembic", "asyncpg", "PyJWT", "Uvicorn", "pytest")


def counted() -> dict[str, Any]:
    """Return what can be counted in seconds. A test compares it with `figures.json`."""
    return {
        "questions": len(questions()),
        "pythons": values_of(questions()["python_version"]),
        "combinations": len(combinations()),
        "faults": len(FAULTS),
        "planted": sum(fault.has_code_in(pair.answers) for fault in FAULTS for pair in one_of_each_pair()),
        "switches": len(switches()),
    }


def collected() -> dict[str, Any]:
    """Return how many tests the projects have, what the richest one installs, and how many releases are updated."""
    with workspace() as place:
        projects = [place.installed(pair.answers) for pair in one_of_each_pair()]
        tests = sorted(_tests(project) for project in projects)
        return {"tests": [tests[0], tests[-1]], "versions": _versions(projects[-1]), "releases": len(past_releases())}


def _tests(project: RenderedProject) -> int:
    (number,) = re.findall(r"^(\d+) tests collected", project.run("uv run pytest --collect-only -q"), re.MULTILINE)
    return int(number)


def _versions(project: RenderedProject) -> dict[str, str]:
    project.run("uv lock")
    versions = {each["name"]: each["version"] for each in tomllib.loads(project.read("uv.lock"))["package"]}
    return {name: versions[name.lower()] for name in LIBRARIES}


def main() -> None:
    """Write what is counted in seconds, and with the argument `all` what is collected from installed projects."""
    record({"counted": counted()} | ({"collected": collected()} if "all" in sys.argv[1:] else {}))


if __name__ == "__main__":
    main()
