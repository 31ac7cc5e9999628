"""What OpenTofu means to do to one resource: the one form in memory, and how OpenTofu's JSON becomes it."""
