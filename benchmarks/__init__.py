"""Measurements: anyone can run them, and every figure in the docs comes from one of them."""
