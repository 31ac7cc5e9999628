"""Change sets: creations, updates and deletions that are decided as one and applied in their order."""
