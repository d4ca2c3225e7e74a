"""From a file to passages in an index: readers, structure, build."""
