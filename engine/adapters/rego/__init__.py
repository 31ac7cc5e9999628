"""Evaluates and checks Rego with regorus, in a worker process that may be killed at any moment."""
