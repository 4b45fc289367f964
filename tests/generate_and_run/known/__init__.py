"""Code of which it is known which lines run. It is written into rendered projects, and never imported here."""
