"""Tests that leave state behind. They are added to rendered projects and not run here."""
