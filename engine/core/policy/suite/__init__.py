"""Runs of policy tests: which files see each other, what came out, whether that is good enough."""
