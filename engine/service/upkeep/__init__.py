"""Upkeep: what is done when its time has come, without anybody asking for it."""
