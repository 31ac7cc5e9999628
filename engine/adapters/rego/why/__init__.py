"""Says why the rules of a policy said what they said: which expression of each body decided."""
