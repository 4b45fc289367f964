"""A fault: small named changes of a rendered project, and the rendered test that must notice them."""

from tests.faults.changes import Change, apply
from tests.ownership import expected_files, feature
from tests.project import RenderedProject
from tests.template import Answers


class Fault:
    """A service that is wrong in one respect, which its `name` says.

    `noticed_by` is how the name of the rendered test that fails begins, such as `test_a[first-`; with a bracket, of one
    of its cases. `where` names the features that have the code, as in "sqlite, password auth", if not every project
    with the files has it.
    """

    def __init__(self, name: str, *changes: Change, noticed_by: str, where: str = "") -> None:
        """Name the changes and the test that notices them."""
        self.name = name
        self.changes = changes
        self.noticed_by = noticed_by
        self.where = where

    @property
    def test(self) -> str:
        """The name of the test, without the case."""
        return self.noticed_by.partition("[")[0]

    def has_code_in(self, answers: Answers) -> bool:
        """Return whether a project with these answers has the code that is wrong."""
        files = [change.file for change in self.changes]
        has_features = all(feature(name).is_in(answers) for name in self.where.split(", ") if name)
        return has_features and len(expected_files(files, answers)) == len(files)

    def plant(self, project: RenderedProject) -> None:
        """Change the project. Raises LookupError when it does not have the code to change."""
        apply(project, self.changes)
