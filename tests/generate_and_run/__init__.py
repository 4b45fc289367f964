"""Layer 2, real: install every rendered project from its own declared dependencies and run it and its tests."""
