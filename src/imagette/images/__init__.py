"""Pictures from outside: decoded safely, and shaped like a classifier's training images."""
