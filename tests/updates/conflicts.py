"""Count the conflicts of common edits when an option is switched: `python -m tests.updates.conflicts`."""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.combinations import Combination
from tests.project import RenderedProject
from tests.tables import markdown
from tests.template import copy_template, render
from tests.updates.cases import single_switches


@dataclass(frozen=True)
class Edit:
    """An edit of a file, which replaces the last occurrence of `old` by `new`."""

    name: str
    file: str
    old: str
    new: str

    def applied(self, text: str) -> str | None:
        """Return the edited text, or None if `old` is missing."""
        before, found, after = text.rpartition(self.old)
        return before + self.new + after if found else None


def _after(name: str, file: str, line: str, added: str) -> Edit:
    """Return an edit that adds lines after `line`."""
    return Edit(name, file, line, f"{line}{added}")


def _before(name: str, file: str, line: str, added: str) -> Edit:
    """Return an edit that adds lines before `line`."""
    return Edit(name, file, line, f"{added}{line}")


CI, COMPOSE, CONFIG, CONFTEST = ".github/workflows/ci.yml", "compose.yaml", "app/core/config.py", "tests/conftest.py"
LIFESPAN, MAIN = "app/lifespan.py", "app/main.py"
PYPROJECT, README = "pyproject.toml", "README.md"

EDITS = (
    Edit("version of the project", PYPROJECT, 'version = "0.1.0"', 'version = "1.0.0"'),
    Edit("newer Python", PYPROJECT, 'requires-python = ">=3.11"', 'requires-python = ">=3.12"'),
    Edit("extra of fastapi", PYPROJECT, '"fastapi[opentelemetry]>=', '"fastapi[all]>='),
    Edit("extra of uvicorn", PYPROJECT, '"uvicorn[standard]>=', '"uvicorn>='),
    Edit("bound of pytest", PYPROJECT, '"pytest>=9.1,', '"pytest>=9.2,'),
    _after("package of a type checker", PYPROJECT, '    "ruff~=0.17.0",\n', '    "types-redis",\n'),
    _after(
        "rule for ruff", PYPROJECT, '    "COM812",  # the formatter decides about trailing commas\n', '    "FIX",\n'
    ),
    Edit("options of pytest", PYPROJECT, 'addopts = ["--import-mode=importlib", "-ra"]', 'addopts = ["-q"]'),
    _after("exception from warnings", PYPROJECT, '    "error",\n', '    "ignore::UserWarning",\n'),
    Edit("line length", PYPROJECT, "line-length = 120", "line-length = 100"),
    _after("port of compose.yaml", COMPOSE, '      - "8000:8000"\n', '      - "9000:9000"\n'),
    Edit("other port in compose.yaml", COMPOSE, '"8000:8000"', '"80:8000"'),
    Edit("restart in compose.yaml", COMPOSE, "restart: unless-stopped", "restart: always"),
    _before("variable in compose.yaml", COMPOSE, '    ports:\n      - "8000:8000"', "      LOG_LEVEL: info\n"),
    _after("line at the end of compose.yaml", COMPOSE, "restart: unless-stopped\n", "    mem_limit: 512m\n"),
    _after("line after the build in compose.yaml", COMPOSE, "  service:\n    build: .\n", "    mem_limit: 512m\n"),
    _before("CI step before the tests", CI, "      - run: uv run pytest", "      - run: echo first\n"),
    _after("CI step after the tests", CI, "        timeout-minutes: 20\n", "      - run: echo last\n"),
    Edit("time-out in CI", CI, "timeout-minutes: 20", "timeout-minutes: 5"),
    _after("CI step after the checks", CI, "      - run: uv run pyrefly check\n", "      - run: echo checked\n"),
    Edit("branches of CI", CI, "branches: [main]", "branches: [main, develop]"),
    _after("line of .env.example", ".env.example", "# MAX_BODY_SIZE=1048576\n", "# OUR_SETTING=1\n"),
    _before("line before the last of .env.example", ".env.example", "# MAX_BODY_SIZE=1048576\n", "# OUR_SETTING=1\n"),
    _after('step of README\'s "Start it"', README, "uv run fastapi dev\n", "uv run python -m app.jobs\n"),
    _before('step before the last of "Start it"', README, "uv run fastapi dev\n", "make assets\n"),
    Edit(
        "sentence on the port in README", README, "The service listens on port 8000.", "The service listens on port 80."
    ),
    _after("setting in README", README, "| `ENV_FILE` | `.env` | another file; empty for none |\n", "| `OURS` | |\n"),
    _after("setting", CONFIG, 'description="in bytes")] = 1024 * 1024\n', "    our_setting: int = 1\n"),
    _after("import of config.py", CONFIG, "import os\n", "import sys\n"),
    Edit(
        "title in main.py", MAIN, "        lifespan=lifespan,\n", '        lifespan=lifespan,\n        docs_url="/",\n'
    ),
    _after("import of main.py", MAIN, "    health,\n    items,\n", "    orders,\n"),
    _after(
        "router",
        MAIN,
        '    app.include_router(items.router, prefix="/api/v1")\n',
        '    app.include_router(orders.router, prefix="/api/v1")\n',
    ),
    _before("middleware", MAIN, "    add_error_handlers(app)\n", "    app.add_middleware(Ours)\n"),
    _after("import at the start of main.py", MAIN, '"""The application."""\n\n', "import logging\n"),
    _after("work at the end of the lifespan", LIFESPAN, "    yield\n", '    logger.info("stopped")\n'),
    _after("import of conftest.py", CONFTEST, "import asyncio\nimport os\n", "import sys\n"),
    _after("fixture", CONFTEST, "        yield client\n", "\n\n@pytest.fixture\ndef ours() -> int:\n    return 1\n"),
    _after("variable of the tests", CONFTEST, '    "ENV_FILE": "",\n', '    "OURS": "1",\n'),
    _after(
        "import of an own module in conftest.py",
        CONFTEST,
        "    from app.main import app as application\n",
        "    from app.ours import x\n",
    ),
    _after(
        "dependency of the routes",
        "app/api/deps/items.py",
        "from fastapi import Depends\n",
        "from fastapi.requests import HTTPConnection\n",
    ),
    _after("file for git to ignore", ".gitignore", "# Secrets\n.env\n", ".envrc\n"),
)


def conflicting(edit: Edit, before: RenderedProject, after: RenderedProject) -> bool | None:
    """Return whether the edit conflicts with the switch, or None if it cannot be made."""
    files = [project.path / edit.file for project in (before, after)]
    if not all(file.exists() for file in files):
        return None
    base, theirs = files
    edited = edit.applied(base.read_text(encoding="utf-8"))
    if edited is None:
        return None
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as ours:
        ours.write(edited)
        ours.flush()
        command = ["git", "merge-file", "--stdout", "--quiet", ours.name, str(base), str(theirs)]
        return subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode != 0  # noqa: S603 - a command of the tests


def counts(
    edits: Iterable[Edit],
    switches: Iterable[tuple[Combination, Combination]],
    rendered: Callable[[Combination], RenderedProject],
) -> list[tuple[str, int, int]]:
    """Return the name of each edit, the number of its conflicts, and the number of switches where it can be made."""
    projects = [(rendered(before), rendered(after)) for before, after in switches]
    results = [(edit.name, [conflicting(edit, *pair) for pair in projects]) for edit in edits]
    return [(name, found.count(True), len(found) - found.count(None)) for name, found in results]


def main() -> None:
    """Print a table of the conflicts."""
    with tempfile.TemporaryDirectory() as folder:
        template = copy_template(Path(folder, "template"))
        projects: dict[str, RenderedProject] = {}

        def rendered(combination: Combination) -> RenderedProject:
            if combination.id not in projects:
                path = Path(folder, combination.id)
                render(template, combination.answers, path)
                projects[combination.id] = RenderedProject(path, combination.answers)
            return projects[combination.id]

        rows = counts(EDITS, single_switches(), rendered)
    rows.append(("all", sum(row[1] for row in rows), sum(row[2] for row in rows)))
    cells = [(name, str(conflicts), str(switches)) for name, conflicts, switches in rows]
    sys.stdout.write(markdown([("edit", "conflicts", "switches"), *cells]) + "\n")


if __name__ == "__main__":
    main()
