"""A fault: small named changes of a rendered project, and the rendered test that must detect them."""

from tests.faults.changes import Change, apply
from tests.ownership import expected_files, feature
from tests.project import RenderedProject
from tests.template import Answers


class Fault:
    """A fault in a service, described by `name`.

    `detected_by` is the start of the name of a rendered test that must fail; with a bracket, such as `test_a[first-`,
    it selects parametrized cases. `where` names the features that have the code, as in "sqlite, password auth", if not
    every project with the files has it.
    """

    def __init__(self, name: str, *changes: Change, detected_by: str, where: str = "") -> None:
        """Name the changes and the test that detects them."""
        self.name = name
        self.changes = changes
        self.detected_by = detected_by
        self.where = where

    @property
    def test(self) -> str:
        """The name of the test, without the case."""
        return self.detected_by.partition("[")[0]

    def has_code_in(self, answers: Answers) -> bool:
        """Return whether a project with these answers has the code that is wrong."""
        files = [change.file for change in self.changes]
        has_features = all(feature(name).is_in(answers) for name in self.where.split(", ") if name)
        return has_features and len(expected_files(files, answers)) == len(files)

    def plant(self, project: RenderedProject) -> None:
        """Change the project. Raise LookupError if it does not have the code to change."""
        apply(project, self.changes)
