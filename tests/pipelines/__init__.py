"""Tests of the CI pipelines of rendered projects, run in a clone as GitHub and GitLab do."""
