"""A fault: a small named patch of a rendered project, and the rendered test that must notice it."""

from dataclasses import dataclass

from tests.ownership import expected_files, feature
from tests.project import RenderedProject
from tests.template import Answers


@dataclass(frozen=True)
class Change:
    """In `file`, `old` becomes `new`. `old` stands there exactly once, in every project that has the file."""

    file: str
    old: str
    new: str


@dataclass(frozen=True)
class Fault:
    """A service that is wrong in one respect, which its `name` says.

    `noticed_by` is how the name of the rendered test that fails begins, such as `test_a[first-`; with a bracket, of one
    of its cases. `where` names the feature that has the code, if not every project with the files has it.
    """

    name: str
    changes: tuple[Change, ...]
    noticed_by: str
    where: str = ""

    @property
    def test(self) -> str:
        """The name of the test, without the case."""
        return self.noticed_by.partition("[")[0]

    def has_code_in(self, answers: Answers) -> bool:
        """Return whether a project with these answers has the code that is wrong."""
        files = [change.file for change in self.changes]
        has_feature = not self.where or feature(self.where).is_in(answers)
        return has_feature and len(expected_files(files, answers)) == len(files)

    def plant(self, project: RenderedProject) -> None:
        """Change the project. Raises LookupError when it does not have the code to change."""
        for change in self.changes:
            if change.old == change.new:
                raise LookupError(f"{self.name} changes nothing in {change.file}")
            project.replace_text(change.file, change.old, change.new)
