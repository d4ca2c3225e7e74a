"""From answers, conversations, comparisons and plans to files that keep their sources."""
