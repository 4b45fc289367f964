"""What a person or CI runs: `nox` alone does all that must pass, on the Python that it runs on itself."""

import shutil
import sys

import nox

PYTHONS = ["3.11", "3.12", "3.13", "3.14", "3.15"]
RUNNING = f"{sys.version_info.major}.{sys.version_info.minor}"
PYPROJECT = nox.project.load_toml("pyproject.toml")

PYTEST = ("pytest", "-n", "2", "--dist", "worksteal")
# What takes longer than a change should wait for has sessions of its own, which CI runs every week.
ELSEWHERE = (
    "tests/containers",
    "tests/faults",
    "tests/generate_and_run/fuzzing",
    "tests/pipelines",
    "tests/providers",
)

nox.needs_version = ">=2026.10"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.download_python = "never"
# A Python that is not installed is skipped, and nox says so. CI passes --error-on-missing-interpreters.
nox.options.error_on_missing_interpreters = False
nox.options.sessions = ["lint", f"tests-{RUNNING}"]


@nox.session
def lint(session: nox.Session) -> None:
    """Check this repository's own code, and the template's files before they are rendered."""
    install(session, "lint")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("pyrefly", "check")
    session.run("pytest", "tests/render_and_inspect/test_template_files.py")


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Render, inspect and run every combination. What follows `--` goes to pytest, such as `-k postgresql-password`."""
    install(session, "tests")
    ignored = [f"--ignore={path}" for path in ELSEWHERE]
    session.run(*PYTEST, *ignored, *session.posargs)


@nox.session
def faults(session: nox.Session) -> None:
    """Plant faults in rendered services, whose own tests must notice."""
    install(session, "tests")
    session.run(*PYTEST, "tests/faults/test_planted_faults.py", *session.posargs)


@nox.session
def isolation(session: nox.Session) -> None:
    """Attack the isolation of the rendered tests, in 20 random orders or in `-- --orders 3`."""
    install(session, "tests")
    session.run(*PYTEST, "tests/faults/test_isolation.py", *session.posargs)


@nox.session
def mutation(session: nox.Session) -> None:
    """Change rendered services in every small way, which their own tests must notice."""
    install(session, "mutation")
    session.run(*PYTEST, "tests/faults/mutation", *session.posargs)


@nox.session
def fuzzing(session: nox.Session) -> None:
    """Send all kinds of requests to rendered services, which must answer as their OpenAPI document says."""
    install(session, "fuzzing")
    session.run(*PYTEST, "tests/generate_and_run/fuzzing", *session.posargs)


@nox.session
def pipelines(session: nox.Session) -> None:
    """Run the CI pipelines of rendered projects as GitHub and GitLab do: where npm and rsync are installed."""
    install(session, "tests")
    session.run(*PYTEST, "tests/pipelines", *session.posargs)


@nox.session
def containers(session: nox.Session) -> None:
    """Build the images of rendered projects, and run them and their compose files: where Podman is installed."""
    if not shutil.which("podman"):
        session.skip("Podman is not installed")
    install(session, "containers")
    session.run(*PYTEST, "tests/containers", *session.posargs)


@nox.session
def providers(session: nox.Session) -> None:
    """Let a rendered service take the tokens of real identity providers: where npm and glewlwyd are installed."""
    if not shutil.which("npm") or not shutil.which("glewlwyd"):
        session.skip("npm and glewlwyd are not both installed")
    install(session, "tests")
    session.run(*PYTEST, "tests/providers", *session.posargs)


@nox.session
def newest_pythons(session: nox.Session) -> None:
    """Test each database and auth on the newest Pythons, in a chroot: as root, where mmdebstrap is installed."""
    install(session, "tests")
    session.run("python", "-m", "tests.newest_pythons", *session.posargs)


@nox.session
def release(session: nox.Session) -> None:
    """Check that a version can be released, and print the command that does it: `nox -s release -- 1.2.0`."""
    install(session, "tests")
    check = ("python", "-m", "tests.updates.releasing", *session.posargs)
    session.run(*check, silent=True)
    # From every past release, the last one among them, to what is about to be released.
    session.run("pytest", "-n", "2", "tests/updates/test_releases.py")
    session.run(*check)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure what the template costs. What follows `--` names sections, such as `service`; all take half an hour."""
    install(session, "tests")
    session.run("python", "-m", "benchmarks", *session.posargs)


@nox.session
def matrix(session: nox.Session) -> None:
    """Print the combinations and the pairs of database and auth as JSON."""
    install(session, "tests")
    session.run("python", "-m", "tests.combinations")


def install(session: nox.Session, group: str) -> None:
    """Install a dependency group of `pyproject.toml`."""
    session.install(*nox.project.dependency_groups(PYPROJECT, group))
