"""Turns Rego as OPA reads it into Rego that the engine reads, span by span, and knows the way back."""
