"""Where executables come from: registry, official releases, package clients. Keeping them is `cache`'s."""
