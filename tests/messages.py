"""The commands in the messages that Copier prints."""


def commands_after_copy(output: str) -> list[str]:
    """Return the commands in the message after a copy."""
    message = output[output.index("is ready. Next:") :]
    return [line.strip() for line in message.splitlines() if line.startswith("  ") and line.strip()]


def git_commands_after_update(output: str) -> list[str]:
    """Return the git commands in the message after an update, without their descriptions."""
    lines = [line.strip() for line in output.splitlines()]
    return [line.partition("   ")[0] for line in lines if line.startswith("git ")]
