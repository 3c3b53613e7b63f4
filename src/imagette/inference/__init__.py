"""A saved classifier answers, with ONNX Runtime alone: neither PyTorch nor Keras."""

from imagette.inference.classifier import Classifier
from imagette.inference.prediction import Prediction

__all__ = ["Classifier", "Prediction"]
