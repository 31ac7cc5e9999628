"""Pure rules of the system: no input, output, clock or randomness, and nothing from outside but pydantic."""
