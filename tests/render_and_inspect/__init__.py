"""Layer 1, fast: render every combination and inspect its files. Nothing is installed, nothing of it runs."""
