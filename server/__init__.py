"""Delivery: the command line and the MCP server, thin fronts over the use cases of `engine.service`."""
