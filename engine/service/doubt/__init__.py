"""What a person says of an operation that nobody can tell the outcome of: adopt, forget, retry."""
