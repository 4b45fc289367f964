"""Run this repository's tests on the newest Pythons, which need not be installed: in a chroot of Debian's next release.

It is `nox -s newest_pythons`, needs root and mmdebstrap (`apt-get install mmdebstrap`), and leaves nothing behind.
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
# By default: what each database and auth must do, with the other options on.
SELECTED = [
    "tests/generate_and_run/test_each_pair.py",
    "tests/generate_and_run/test_every_combination.py",
    "-k",
    " or ".join(combination.id for combination in one_of_each_pair()),
]
# The namespaces keep the mounts and the processes from the machine, and end with the command.
IN_CHROOT = 'mount --rbind /dev "$0/dev" && mount -t proc proc "$0/proc" && exec chroot "$0" /bin/sh -euc "$1"'


def main(selected: list[str]) -> None:
    """Run the tests that pytest's arguments select, on each Python, with the highest and the lowest versions."""
    missing = [name for name in ("mmdebstrap", "unshare") if not shutil.which(name)]
    if missing or os.geteuid() != 0:
        sys.exit(
            "The newest Pythons run in a chroot of Debian, which needs root, and mmdebstrap and unshare installed."
        )
    with tempfile.TemporaryDirectory(prefix="copier-fastapi-chroot-") as folder:
        root = Path(folder)
        _bootstrap(root)
        run = "unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", IN_CHROOT, folder, _script(selected)
        status = subprocess.run(run, check=False, env=_environment()).returncode  # noqa: S603 - our own words
    sys.exit(status)


def _bootstrap(root: Path) -> None:
    """Make the chroot, from the mirror that the machine uses, with this repository in /srv/repository."""
    mirror = re.findall(r"^URIs: (\S+)", SOURCES.read_text(), re.MULTILINE)[:1] if SOURCES.exists() else []
    # A mirror's index of a suite that is not released may be past its date.
    option = '--aptopt=Acquire::Check-Valid-Until "false"'
    included = f"--include={','.join(PACKAGES)}"
    command = ["mmdebstrap", "--quiet", "--variant=minbase", option, included, SUITE, root, *mirror]
    subprocess.run(command, check=True)  # noqa: S603 - our own words
    # The registries are reached as the machine does.
    for path in [Path("/etc/resolv.conf"), Path("/etc/pip.conf"), Path(os.environ.get("SSL_CERT_FILE", ""))]:
        if path.is_file():
            shutil.copy(path, root / path.relative_to("/"))
    left_out = shutil.ignore_patterns(".nox", ".venv", "__pycache__", ".*_cache")
    shutil.copytree(REPOSITORY, root / "srv/repository", ignore=left_out)


def _script(selected: list[str]) -> str:
    commands = [
        "cd /srv/repository",
        f"python{PYTHONS[-1]} -m venv /srv/tools",
        "pip install --quiet nox uv",
        *[
            f"nox -s tests-{python} -- --resolution {resolution} {shlex.join(selected or SELECTED)}"
            for python in PYTHONS
            for resolution in ("highest", "lowest-direct")
        ],
    ]
    return "\n".join(commands)


def _environment() -> dict[str, str]:
    """Return the variables of the chroot: how to reach the registries as the machine does, and nothing else of it."""
    passed = re.compile(r"(PIP|SSL|UV)_\w+|\w+_(proxy|PROXY)")
    kept = {name: value for name, value in os.environ.items() if passed.fullmatch(name)}
    return kept | {"PATH": "/srv/tools/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}


if __name__ == "__main__":
    main(sys.argv[1:])
