"""Mutation testing: every small change of a rendered service must make its own tests fail."""
