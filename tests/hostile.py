"""Answers with special characters, which break templates without correct quoting."""

from tests.combinations import Combination, one_of_each_pair

TEXTS = {
    "quotes": {
        "project_name": """The "Big" O'Hara `Service`""",
        "project_description": '''Says "hello", 'hi', """well""" \'\'\'there\'\'\' to <b>R&D</b> */ # 100 % {done}.''',
    },
    "backslashes": {
        "project_name": r"C:\new\table \N{DASH} \u0041",
        "project_description": "Ends with a backslash, after \\d+, \\x41 and %(here)s: \\",
    },
    "unicode": {
        "project_name": "Überdienst 服务 🚀 é",
        "project_description": "Ελληνικά, עברית \N{NO-BREAK SPACE}„Anführung“ \N{EN DASH}."
        " می\N{ZERO WIDTH NON-JOINER}شود 👩\N{ZERO WIDTH JOINER}🚀",
    },
    "shell": {
        "project_name": "${PATH} $(id) `id` $HOME %PATH%",
        "project_description": "${PATH} and $PATH and $$ and ${{ secrets.TOKEN }} and ${project_name:-x}",
    },
    "yaml": {
        "project_name": "- [yes]: {no, 'null'} # & * ! | > @",
        "project_description": "key: value, ? !!python/object:os.system - ~ 2026-01-01 # not a comment",
    },
    "long": {
        "project_name": "A very long name " * 20 + "indeed",
        "project_slug": "a-very-long-slug-that-uses-all-of-the-fifty-letter",
        "project_description": "A sentence that does not come to its end. " * 40 + "Now it does.",
    },
}


def hostile_combinations() -> tuple[Combination, ...]:
    """Return a combination for each of the texts, with all options on."""
    all_on = one_of_each_pair()[-1]
    return tuple(Combination(all_on.options, texts, name) for name, texts in TEXTS.items())
