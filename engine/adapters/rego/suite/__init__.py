"""Runs the tests of policies in worker processes, as `opa test` does where it is right."""
