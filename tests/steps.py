"""What is run in every rendered project: the commands that its README and its CI name, which layer 1 compares."""

TEST = "uv run pytest"
TYPES = "uv run pyrefly check"
LINT = "uv run ruff check"
FORMAT = "uv run ruff format --check"
CHECKS = (LINT, FORMAT, TYPES)
