"""OpenTofu: workspaces, command lines, child processes, and the runner made of them."""
