"""Data: sources, the catalogue, downloads, and the splits that everything else rests on."""
