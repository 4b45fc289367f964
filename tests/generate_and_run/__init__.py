"""Tests that install rendered projects with their declared dependencies, and run their tests and services."""
