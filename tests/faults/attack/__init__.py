"""Tests that break every rule. They are dropped into rendered projects, and never run here."""
