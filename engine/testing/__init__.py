"""Fakes, builders and one contract suite for each port, shipped to hold other adapters to them."""
