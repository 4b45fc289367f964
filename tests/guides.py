"""What `AGENTS.md` says, here and in rendered projects: its paths. Its commands are read like those of a README."""

import re
from pathlib import Path

from tests.readme import BLOCK

MAX_LINES = 60
PATH = re.compile(r"`(\.?[\w.-]+(?:/[\w.-]+)*)`")


def faults_of(guide: str, folder: Path) -> list[str]:
    """Find paths that do not exist in the folder, and lines too many."""
    named = {path for path in PATH.findall(BLOCK.sub("", guide)) if "/" in path or re.search(r"\.(md|py|yml)$", path)}
    findings = [f"there is no {path}" for path in sorted(named) if not (folder / path).exists()]
    lines = len(guide.splitlines())
    return findings + [f"{lines} lines"] * (lines > MAX_LINES)
