"""The interface for other systems: the same answers as the pages, as JSON over HTTP, beside the app."""
