"""Photographs of glyphs, made into what a classifier was trained on."""
