"""Layer 4: mutation testing. Every small change of a rendered service must turn its own tests red."""
