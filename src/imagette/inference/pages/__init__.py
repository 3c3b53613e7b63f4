"""Reading pages: lines are divided into glyphs, and words told from numbers."""
