"""Several glyphs in one picture: its lines, and the ink of one glyph after another."""
