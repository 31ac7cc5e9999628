"""Rego's `crypto.x509.*` and `crypto.parse_private_keys`: certificates and keys as Go's JSON shows them."""
