"""Executables on this machine: the mirror, OpenTofu, room for downloads. `registry` fetches."""
