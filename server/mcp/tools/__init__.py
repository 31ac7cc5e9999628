"""What each operation of each tool does with its arguments; which ones there are is the catalog's."""
