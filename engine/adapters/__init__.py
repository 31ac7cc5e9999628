"""The only input and output of the system, an adapter for each outside thing; none imports another."""
