"""Readers of foreign bytes, one file a format. They trust nothing and never unpickle."""
