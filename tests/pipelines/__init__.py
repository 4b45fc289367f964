"""The pipelines of rendered projects, run in a clean clone as GitHub and GitLab would."""
