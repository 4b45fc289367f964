"""Tests that update rendered projects between answers and releases, with edits by their owners."""
