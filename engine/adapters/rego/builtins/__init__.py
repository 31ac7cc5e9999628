"""Rego's built-ins in Python: what the engine lacks or gets wrong. None knows clock, chance or network."""
