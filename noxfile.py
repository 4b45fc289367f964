"""Sessions for developers and CI. `nox` without arguments runs lint and the tests on its own Python version."""

import shutil
import sys

import nox

PYTHONS = ["3.11", "3.12", "3.13", "3.14", "3.15"]
CURRENT_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
PYPROJECT = nox.project.load_toml("pyproject.toml")

PYTEST = ("pytest", "-n", "2", "--dist", "worksteal")
# Slow tests, which have their own sessions. CI runs these every week.
SLOW_TESTS = (
    "tests/containers",
    "tests/faults",
    "tests/generate_and_run/fuzzing",
    "tests/pipelines",
    "tests/providers",
    "tests/updates/test_resource_commands.py",
)

nox.needs_version = ">=2026.10"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.download_python = "never"
nox.options.sessions = ["lint", f"tests-{CURRENT_PYTHON}"]


@nox.session
def lint(session: nox.Session) -> None:
    """Check the code of this repository and the template files."""
    install(session, "lint")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("pyrefly", "check")
    session.run("pytest", "tests/render_and_inspect/test_template_files.py")


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Render, inspect and run every combination. Arguments go to pytest, such as `-- -k postgresql-password`."""
    install(session, "tests")
    ignored = [f"--ignore={path}" for path in SLOW_TESTS]
    session.run(*PYTEST, *ignored, *session.posargs)


@nox.session
def resources(session: nox.Session) -> None:
    """Copy, change and remove resources of rendered services, and update the services."""
    install(session, "tests")
    session.run(*PYTEST, "tests/updates/test_resource_commands.py", *session.posargs)


@nox.session
def faults(session: nox.Session) -> None:
    """Plant faults in rendered services, which their own tests must detect."""
    install(session, "tests")
    session.run(*PYTEST, "tests/faults/test_planted_faults.py", *session.posargs)


@nox.session
def isolation(session: nox.Session) -> None:
    """Test the isolation of the rendered tests in 20 random orders, or fewer: `-- --orders 3`."""
    install(session, "tests")
    session.run(*PYTEST, "tests/faults/test_isolation.py", *session.posargs)


@nox.session
def mutation(session: nox.Session) -> None:
    """Run mutation tests on rendered services."""
    install(session, "mutation")
    session.run(*PYTEST, "tests/faults/mutation", *session.posargs)


@nox.session
def fuzzing(session: nox.Session) -> None:
    """Fuzz rendered services and check the responses against their OpenAPI documents."""
    install(session, "fuzzing")
    session.run(*PYTEST, "tests/generate_and_run/fuzzing", *session.posargs)


@nox.session
def pipelines(session: nox.Session) -> None:
    """Run the CI pipelines of rendered projects as GitHub and GitLab do. Requires npm and rsync."""
    install(session, "tests")
    session.run(*PYTEST, "tests/pipelines", *session.posargs)


@nox.session
def containers(session: nox.Session) -> None:
    """Build and run the images and compose files of rendered projects. Requires Podman."""
    if not shutil.which("podman"):
        session.error("Podman is not installed")
    install(session, "containers")
    session.run(*PYTEST, "tests/containers", *session.posargs)


@nox.session
def providers(session: nox.Session) -> None:
    """Test a rendered service with real identity providers. Requires npm and glewlwyd."""
    if not shutil.which("npm") or not shutil.which("glewlwyd"):
        session.error("npm and glewlwyd are not both installed")
    install(session, "tests")
    session.run(*PYTEST, "tests/providers", *session.posargs)


@nox.session
def newest_pythons(session: nox.Session) -> None:
    """Test each database and auth on the newest Pythons, in a chroot. Requires root and mmdebstrap."""
    install(session, "tests")
    session.run("python", "-m", "tests.newest_pythons", *session.posargs)


@nox.session
def release(session: nox.Session) -> None:
    """Check that a version can be released and print the release command: `nox -s release -- 1.2.0`."""
    install(session, "tests")
    check = ("python", "-m", "tests.updates.releasing", *session.posargs)
    session.run(*check, silent=True)
    session.run("pytest", "-n", "2", "tests/updates/test_releases.py")
    session.run(*check)


@nox.session
def bench(session: nox.Session) -> None:
    """Run the benchmarks. Arguments select sections, such as `-- service`; all of them take half an hour."""
    install(session, "tests")
    session.run("python", "-m", "benchmarks", *session.posargs)


@nox.session
def figures(session: nox.Session) -> None:
    """Update the figures of README.md that are counted in seconds; with `-- all` those of installed projects, too."""
    install(session, "tests")
    session.run("python", "-m", "docs.counts", *session.posargs)


@nox.session
def demo(session: nox.Session) -> None:
    """Answer the questions and run the tests of the project in a terminal, and make docs/demo.svg of what it shows."""
    install(session, "demo")
    session.run("python", "-m", "docs.demo")


@nox.session
def pairs(session: nox.Session) -> None:
    """Print the pairs of database and auth as JSON, for CI."""
    install(session, "tests")
    session.run("python", "-m", "tests.combinations")


def install(session: nox.Session, group: str) -> None:
    """Install a dependency group from `pyproject.toml`."""
    session.install(*nox.project.dependency_groups(PYPROJECT, group))
