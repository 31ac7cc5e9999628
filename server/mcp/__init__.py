"""The MCP front: the tools `intent` and `provider`. What they do is the use cases' business."""
