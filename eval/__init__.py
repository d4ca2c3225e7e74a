"""Question sets, runs, measures and reports."""
