"""A rendered service beside real identity providers, which issue its tokens as they do for anyone."""
