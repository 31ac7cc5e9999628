"""Use cases about projects, one verb a module."""
