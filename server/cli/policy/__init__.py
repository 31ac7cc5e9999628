"""`intent policy`: each of its commands in a module of its own; `app` is their list."""
