"""One module for each step, written by hand and never changed after a release."""
