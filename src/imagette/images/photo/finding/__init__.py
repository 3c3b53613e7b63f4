"""Finds the one glyph of a picture, and tells how much what it finds looks like one."""
