"""Recorded runs as one self-contained HTML file: figures, plots, and the worst questions with what lies behind them."""
