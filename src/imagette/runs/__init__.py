"""What is on disk: the run folder, and `model.onnx`, the classifier in one file."""
