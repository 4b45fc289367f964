"""Faults and mutants that rendered tests must detect, and tests that leave state, which must not affect others."""
