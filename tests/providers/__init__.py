"""Tests of a rendered service with real identity providers."""
