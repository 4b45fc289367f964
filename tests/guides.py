"""Checks of `AGENTS.md`, in this repository and in rendered projects."""

import re
from pathlib import Path

MAX_LINES = 60
COMMANDS = re.compile(r"^```bash\n.*?^```$", re.MULTILINE | re.DOTALL)
PATH = re.compile(r"`(\.?[\w.-]+(?:/[\w.-]+)*)`")


def problems_in_guide(guide: str, folder: Path) -> list[str]:
    """Find paths that do not exist in the folder, and check the number of lines."""
    named = {
        path for path in PATH.findall(COMMANDS.sub("", guide)) if "/" in path or re.search(r"\.(md|py|yml)$", path)
    }
    findings = [f"there is no {path}" for path in sorted(named) if not (folder / path).exists()]
    lines = len(guide.splitlines())
    return findings + [f"{lines} lines"] * (lines > MAX_LINES)
