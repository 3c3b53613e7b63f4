"""Measurements that anyone can run: figures in the docs come from them, or say of none."""
