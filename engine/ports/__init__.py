"""What the use cases need from outside: small protocols that own their error contracts."""
