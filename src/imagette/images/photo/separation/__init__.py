"""Separates ink from what it lies on: uneven ground, sheets of paper, printed ruling."""
