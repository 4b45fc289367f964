"""Layer 4: update rendered projects, between answers and between releases, with their owners' edits in place."""
