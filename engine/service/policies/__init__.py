"""Use cases about policies, one verb a module."""
