"""What the system decides and does; delivery (MCP, command line) is the package `server`."""
