"""Tests that render every combination and check its files, without installing or running anything."""
