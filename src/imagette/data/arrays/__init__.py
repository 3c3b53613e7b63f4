"""Foreign arrays become images and labels, whatever file or library they come from."""
