"""Speed at growing sizes, beside peers and lower bounds: `python -m eval bench`."""
