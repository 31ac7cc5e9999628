"""What policies see, what each says, and how their words combine into one decision."""
