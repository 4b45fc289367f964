"""The commands in README.md and AGENTS.md."""

import re

from tests.project import RenderedProject


def section_under(heading: str, project: RenderedProject) -> str:
    """Return the text under a heading. Raise LookupError if there is no such heading."""
    _, found, rest = project.read("README.md").partition(f"\n## {heading}\n")
    if not found:
        raise LookupError(f"README.md has no heading {heading}")
    return rest.partition("\n## ")[0]


def code_blocks(text: str, language: str) -> list[str]:
    """Return the code blocks of a text in a language, such as `bash`."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def commands_under(heading: str, project: RenderedProject) -> list[str]:
    """Return the commands of all bash blocks under a heading, without comments."""
    return commands_in(section_under(heading, project))


def commands_in(text: str) -> list[str]:
    """Return the commands of all bash blocks of a text, without comments."""
    lines = [line for block in code_blocks(text, "bash") for line in block.splitlines()]
    return [command for line in lines if (command := re.sub(r"(^|\s+)# .*", "", line))]
