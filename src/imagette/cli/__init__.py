"""The command line: one file a verb, each with its options, one call, and its printing."""
