"""Configurations in OpenTofu's own language, for people who take their resources elsewhere."""
