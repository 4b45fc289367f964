"""A picture of a terminal, `demo.svg`: the questions of the template, and the tests of the rendered project."""

import io
import os
import socket
import sys
import tempfile
from itertools import groupby
from pathlib import Path
from typing import Any

import pexpect
import pyte
from rich.console import Console
from rich.style import Style
from rich.terminal_theme import MONOKAI
from rich.text import Text

from tests.commands import environment
from tests.template import REPOSITORY, copy_template, questions

PICTURE = REPOSITORY / "docs" / "demo.svg"
COLUMNS, LINES = 112, 100  # as wide as the longest question
DEADLINE = 300  # seconds, for each step
PROMPT = "$ "

# What is typed before Enter. Every other question gets Enter alone, which takes its default.
CLEAR, DOWN = "\x15", "\x1b[B"
ANSWERS = {
    "project_name": f"{CLEAR}Order Service",
    "project_description": f"{CLEAR}The orders of a shop.",
    "database": DOWN,
}

# A window with colours of its own, for light and dark pages, and with no font that a browser would have to fetch.
SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" class="rich-terminal" viewBox="0 0 {width} {height}">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, monospace; font-size: {char_height}px; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


class Display(pyte.Stream):
    """Shows on a screen what is written to it as to a file."""

    def write(self, text: str) -> None:
        """Show the text."""
        self.feed(text)

    def flush(self) -> None:
        """Do nothing: everything has been shown."""


def play(folder: Path) -> pyte.Screen:
    """Make a project in the folder and run its tests, as people do in a terminal, and return its screen."""
    screen = pyte.Screen(COLUMNS, LINES)
    options = {"dimensions": (LINES, COLUMNS), "encoding": "utf-8", "timeout": DEADLINE, "env": _variables()}
    with pexpect.spawn("bash --noprofile --norc", cwd=copy_template(folder / "copier-fastapi"), **options) as shell:
        shell.logfile_read = Display(screen)
        shell.expect_exact(PROMPT)
        shell.sendline("copier copy --quiet . ../order-service")
        for name, question in questions().items():
            shell.expect_exact(question["help"])
            shell.send(ANSWERS.get(name, "") + "\r")
        for command in ("cd ../order-service && uv sync --quiet", "uv run pytest -q"):
            shell.expect_exact(PROMPT)
            shell.sendline(command)
        shell.expect_exact(PROMPT)
    return screen


def _variables() -> dict[str, str]:
    variables = environment({"PS1": PROMPT, "TERM": "xterm-256color", "UV_PYTHON": sys.executable})
    return variables | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), variables["PATH"]]),
        "PROMPT_TOOLKIT_NO_CPR": "1",  # the terminal answers no requests
    }


def picture(screen: pyte.Screen) -> str:
    """Return the lines of a screen as an SVG, without the prompt at its end."""
    lines = [_line(screen.buffer[number]) for number in range(screen.cursor.y)]
    console = Console(width=COLUMNS, record=True, file=io.StringIO())
    console.print(Text("\n").join(lines))
    return console.export_svg(title="copier-fastapi", theme=MONOKAI, code_format=SVG, unique_id="demo")


def _line(cells: Any) -> Text:
    line = Text()
    for style, group in groupby((cells[column] for column in range(COLUMNS)), _style):
        line.append("".join(cell.data for cell in group), style)
    line.rstrip()
    return line


def _style(cell: pyte.screens.Char) -> Style:
    return Style(color=_color(cell.fg), bgcolor=_color(cell.bg), bold=cell.bold)


def _color(name: str) -> str | None:
    """Return rich's name of a color of pyte."""
    if len(name) == len("ff9d00") and set(name) <= set("0123456789abcdef"):
        return f"#{name}"
    return {"default": None, "brown": "yellow"}.get(name, name.replace("bright", "bright_"))


def main() -> None:
    """Update `docs/demo.svg`."""
    with tempfile.TemporaryDirectory(prefix="copier-fastapi-demo-") as folder:
        Path(folder).chmod(0o755)  # as root, the rendered tests run PostgreSQL from here as another user
        screen = play(Path(folder))
    if any(socket.gethostname() in line for line in screen.display):
        sys.exit("The picture would show the name of this machine.")
    PICTURE.write_text(picture(screen), encoding="utf-8")


if __name__ == "__main__":
    main()
