"""The command line: arguments in, use case, text or JSON out, exit code. It decides nothing."""
