"""Pictures and masks as rasters: parts of them, values around a pixel, strokes, pieces."""
