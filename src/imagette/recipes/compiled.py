"""The settings of a compiled Keras model, from Keras's own configs. Needs no Keras.

What imagette does not do (clipping, averaged weights, other losses) is refused by name, and never
silently replaced.
"""

from collections.abc import Mapping
from typing import Any

from imagette.errors import SettingsError

_OPTIMIZERS = {
    "SGD": "sgd",
    "Adam": "adam",
    "AdamW": "adamw",
    "Nadam": "nadam",
    "RMSprop": "rmsprop",
    "Adadelta": "adadelta",
    "Adagrad": "adagrad",
}
_TAKEN = {"weight_decay", "momentum", "nesterov", "beta_1", "beta_2", "rho", "epsilon"}
# Arguments that imagette does not have, with the values that match what it does.
_NEUTRAL: dict[str, tuple[Any, ...]] = {
    "clipnorm": (None,),
    "global_clipnorm": (None,),
    "clipvalue": (None,),
    "use_ema": (False,),
    "loss_scale_factor": (None,),
    "gradient_accumulation_steps": (None, 1),
    "amsgrad": (False,),
    "centered": (False,),
    "initial_accumulator_value": (0.1,),
}
_SILENT = {"name", "learning_rate", "ema_momentum", "ema_overwrite_frequency"}
_LOSSES = {
    "categorical_crossentropy",
    "sparse_categorical_crossentropy",
    "CategoricalCrossentropy",
    "SparseCategoricalCrossentropy",
}

_LOSS_DEFAULTS = {  # the unweighted mean over images
    "reduction": ("sum_over_batch_size", "mean", "mean_with_sample_weight"),
    "ignore_class": (None,),
    "axis": (-1,),
}


def optimizer_settings(class_name: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of `Settings` that correspond to a Keras optimizer, given by class and config.

    Raises:
        SettingsError: imagette does not have the optimizer, the schedule or an argument.
    """
    if class_name not in _OPTIMIZERS:
        raise SettingsError(f"optimizer {class_name}: expected one of {', '.join(_OPTIMIZERS)}")
    for key, value in config.items():
        if key not in _TAKEN | _SILENT and value not in _NEUTRAL.get(key, ()):
            raise SettingsError(f"optimizer {class_name}: imagette does not have {key}={value!r}")
    taken = {key: config[key] for key in _TAKEN & config.keys() if config[key] is not None}
    rate = config["learning_rate"]
    schedule = (
        _schedule(rate["class_name"], rate["config"])
        if isinstance(rate, Mapping)
        else {"learning_rate": float(rate), "schedule": "constant"}
    )
    return {"optimizer": _OPTIMIZERS[class_name]} | taken | schedule


def _schedule(class_name: str, config: Mapping[str, Any]) -> dict[str, Any]:
    if class_name == "PiecewiseConstantDecay":
        rates = tuple(config["values"])
        return {
            "schedule": "piecewise",
            "learning_rate": rates[0],
            "boundaries": tuple(config["boundaries"]),
            "rates": rates,
        }
    first = {"learning_rate": config.get("initial_learning_rate")}
    if class_name == "ExponentialDecay":
        keys = ("decay_steps", "decay_rate", "staircase")
        return {"schedule": "exponential"} | first | {key: config[key] for key in keys}
    if class_name == "CosineDecay" and config.get("warmup_target") is None:
        decay = {"decay_steps": config["decay_steps"], "final_share": config["alpha"]}
        return {"schedule": "cosine"} | first | decay
    raise SettingsError(
        f"learning rate schedule {class_name} ({dict(config)}): expected ExponentialDecay, "
        "CosineDecay without warm-up, or PiecewiseConstantDecay"
    )


def loss_settings(loss: Any, gives_probabilities: bool) -> dict[str, Any]:
    """The fields of `Settings` that correspond to a Keras loss, a name or a class and config.

    `gives_probabilities` is whether the network ends with a softmax.

    Raises:
        SettingsError: the loss is not cross-entropy, or does not fit the network.
    """
    name, config = (loss["class_name"], loss["config"]) if isinstance(loss, Mapping) else (loss, {})
    if not isinstance(name, str) or name not in _LOSSES:
        raise SettingsError(
            f"loss {name!r}: expected cross-entropy, {' or '.join(sorted(_LOSSES))}"
        )
    if bool(config.get("from_logits", False)) == gives_probabilities:
        ends = "a softmax" if gives_probabilities else "no softmax"
        raise SettingsError(
            f"loss {name!r} has from_logits={config.get('from_logits', False)}, and the network "
            f"ends with {ends}: expected one softmax, in the network or in the loss"
        )
    for argument, neutral in _LOSS_DEFAULTS.items():
        if config.get(argument, neutral[0]) not in neutral:
            raise SettingsError(
                f"loss {name!r} has {argument}={config[argument]!r}, expected {neutral[0]!r}: "
                "imagette takes the mean over all images"
            )
    return {"label_smoothing": config.get("label_smoothing", 0.0)}
