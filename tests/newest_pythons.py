"""Tests on the newest Python versions, in a temporary chroot of the next Debian release: `nox -s newest_pythons`.

Requires root and mmdebstrap (`apt-get install mmdebstrap`).
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.combinations import one_of_each_pair
from tests.template import REPOSITORY, questions

SUITE = "forky"  # Debian 14
PYTHONS = questions()["python_version"]["choices"][-2:]
PACKAGES = ["ca-certificates", "git", "gcc", "libc6-dev", *[f"python{each}-venv" for each in PYTHONS]]
SOURCES = Path("/etc/apt/sources.list.d/debian.sources")
DEFAULT_TESTS = [
    "tests/generate_and_run/test_each_pair.py",
    "tests/generate_and_run/test_every_combination.py",
    "-k",
    " or ".join(combination.id for combination in one_of_each_pair()),
]
# Run by unshare, so that the mounts and processes end with the command.
IN_CHROOT = 'mount --rbind /dev "$0/dev" && mount -t proc proc "$0/proc" && exec chroot "$0" /bin/sh -euc "$1"'


def main(selected: list[str]) -> None:
    """Run pytest with the arguments `selected` on each Python, with the highest and the lowest versions."""
    missing = [name for name in ("mmdebstrap", "unshare") if not shutil.which(name)]
    if missing or os.geteuid() != 0:
        sys.exit("The newest Pythons run in a chroot of Debian, which requires root, mmdebstrap and unshare.")
    with tempfile.TemporaryDirectory(prefix="copier-fastapi-chroot-") as folder:
        root = Path(folder)
        _bootstrap(root)
        run = "unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", IN_CHROOT, folder, _script(selected)
        status = subprocess.run(run, check=False, env=_environment()).returncode  # noqa: S603 - fixed commands
    sys.exit(status)


def _bootstrap(root: Path) -> None:
    """Create the chroot from the mirror of the machine, with this repository in /srv/repository."""
    mirror = re.findall(r"^URIs: (\S+)", SOURCES.read_text(), re.MULTILINE)[:1] if SOURCES.exists() else []
    # The index of an unreleased suite may have expired on a mirror.
    option = '--aptopt=Acquire::Check-Valid-Until "false"'
    included = f"--include={','.join(PACKAGES)}"
    command = ["mmdebstrap", "--quiet", "--variant=minbase", option, included, SUITE, root, *mirror]
    subprocess.run(command, check=True)  # noqa: S603 - a fixed command
    # Configure the network access like that of the machine.
    for path in [Path("/etc/resolv.conf"), Path("/etc/pip.conf"), Path(os.environ.get("SSL_CERT_FILE", ""))]:
        if path.is_file():
            shutil.copy(path, root / path.relative_to("/"))
    left_out = shutil.ignore_patterns(".nox", ".venv", "__pycache__", ".*_cache")
    shutil.copytree(REPOSITORY, root / "srv/repository", ignore=left_out)


def _script(selected: list[str]) -> str:
    tests = shlex.join(selected or DEFAULT_TESTS)
    commands = [
        "cd /srv/repository",
        f"python{PYTHONS[-1]} -m venv /srv/tools",
        "pip install --quiet nox uv",
        *[
            f"nox --error-on-missing-interpreters -s tests-{python} -- --resolution {resolution} {tests}"
            for python in PYTHONS
            for resolution in ("highest", "lowest-direct")
        ],
    ]
    return "\n".join(commands)


def _environment() -> dict[str, str]:
    """Return the environment variables of the chroot, with the machine's settings for package registries."""
    passed = re.compile(r"(PIP|SSL|UV)_\w+|\w+_(proxy|PROXY)")
    kept = {name: value for name, value in os.environ.items() if passed.fullmatch(name)}
    return kept | {"PATH": "/srv/tools/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}


if __name__ == "__main__":
    main(sys.argv[1:])
