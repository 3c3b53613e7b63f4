"""The settings of one training: a flat value, stored as JSON beside the weights.

Recipes fill it in; the command line derives its options from the fields once.
"""

import dataclasses
import math
import operator
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from numbers import Integral, Real
from types import NoneType, UnionType
from typing import Any, get_args, get_origin

from imagette.errors import SettingsError, nearest_names

OPTIMIZERS = ("sgd", "adam", "adamw", "muon", "nadam", "rmsprop", "adadelta", "adagrad")
SCHEDULES = ("constant", "one-cycle", "exponential", "cosine", "piecewise")
PRECISIONS = ("auto", "float32", "bfloat16")
DEVICES = ("auto", "cpu", "cuda", "mps")
MIRRORS = ("no", "auto", "yes")
LARGEST = 10**9  # of whole numbers, and of a learning rate
_ADAMS = ("adam", "adamw", "muon", "nadam")
_ONLY_WITH = {  # settings that have an effect only with some values of another
    "momentum": ("optimizer", ("sgd", "rmsprop", "muon")),
    "nesterov": ("optimizer", ("sgd",)),
    "muon_rate": ("optimizer", ("muon",)),
    "beta_1": ("optimizer", _ADAMS),
    "beta_2": ("optimizer", _ADAMS),
    "rho": ("optimizer", ("rmsprop", "adadelta")),
    "epsilon": ("optimizer", (*_ADAMS, "rmsprop", "adadelta", "adagrad")),
    "warmup": ("schedule", ("one-cycle",)),
    "decay_steps": ("schedule", ("exponential", "cosine")),
    "decay_rate": ("schedule", ("exponential",)),
    "staircase": ("schedule", ("exponential",)),
    "final_share": ("schedule", ("cosine",)),
    "boundaries": ("schedule", ("piecewise",)),
    "rates": ("schedule", ("piecewise",)),
}
_LIMITS = {
    "minimum": ("at least", operator.ge),
    "above": ("more than", operator.gt),
    "maximum": ("at most", operator.le),
    "below": ("less than", operator.lt),
}


def setting(default: Any, help: str, **limits: Any) -> Any:
    """A field of settings: its default, help, and limits that `checked` holds it to."""
    return dataclasses.field(default=default, metadata={"help": help, **limits})


@dataclass(frozen=True)
class Settings:
    """How a network is trained. Constants of optimizers default to Keras's (None: its default).

    Raises:
        SettingsError: a value outside its range.
    """

    epochs: int = setting(
        5,
        "Passes over the training images; just these, if `minimum_steps` is not given.",
        minimum=1,
    )
    minimum_steps: int = setting(
        0, "Small data sets get more epochs, until there are this many steps.", minimum=0
    )
    batch_size: int = setting(128, "Images in one step.", minimum=1)
    optimizer: str = setting("adam", "The optimizer.", choices=OPTIMIZERS)
    learning_rate: float = setting(
        1e-3, "Rate of the optimizer; the peak of a one-cycle schedule.", above=0, maximum=LARGEST
    )
    schedule: str = setting("constant", "How the rate changes.", choices=SCHEDULES)
    warmup: float = setting(
        0.25, "Share of the steps in which a one-cycle rate rises.", minimum=0, maximum=1
    )
    decay_steps: int | None = setting(
        None, "Steps of an exponential or cosine schedule; all, if not given.", minimum=1
    )
    decay_rate: float = setting(
        0.96, "Factor of an exponential schedule in `decay_steps`.", above=0, maximum=LARGEST
    )
    staircase: bool = setting(False, "Let an exponential schedule fall in steps.")
    final_share: float = setting(
        0.0,
        "Where a cosine schedule ends, as a share of the learning rate.",
        minimum=0,
        maximum=LARGEST,
    )
    boundaries: tuple[int, ...] = setting((), "Steps after which a piecewise schedule changes.")
    rates: tuple[float, ...] = setting((), "Rates of a piecewise schedule, one more than those.")
    muon_rate: float = setting(
        0.06, "Muon's step of a convolution kernel, as a share of its norm, at its peak.", above=0
    )
    momentum: float | None = setting(None, "Momentum of SGD, RMSprop and Muon.", minimum=0, below=1)
    nesterov: bool = setting(False, "Nesterov's form of momentum, for SGD.")
    beta_1: float | None = setting(None, "Adam's decay of the mean gradient.", minimum=0, below=1)
    beta_2: float | None = setting(None, "Adam's decay of the mean square.", minimum=0, below=1)
    rho: float | None = setting(None, "Decay in RMSprop and Adadelta.", minimum=0, below=1)
    epsilon: float | None = setting(None, "Added where an optimizer divides.", above=0)
    weight_decay: float | None = setting(
        None, "Share of all weights taken off in a step, times the learning rate.", minimum=0
    )
    label_smoothing: float = setting(
        0.0, "Probability spread over all classes in the labels.", minimum=0, below=1
    )
    shift: float = setting(
        0.0, "Random shifts up to this share of the image's side.", minimum=0, maximum=0.5
    )
    rotation: float | None = setting(
        None,
        "Random rotations up to this share of a full turn, either way; 0: none.",
        minimum=0,
        maximum=0.5,
    )
    zoom: float | None = setting(
        None,
        "Random zooms of height and width up to this share, in or out; 0: none.",
        minimum=0,
        below=1,
    )
    erasing: float | None = setting(
        None,
        "Share of images of which a random rectangle is filled with a random gray; 0: none.",
        minimum=0,
        maximum=1,
    )
    shift_within_border: bool = setting(
        False,
        "Shift, turn and zoom each no further than most images have an even border, so that "
        "nothing is cut off.",
    )
    mirror: str = setting(
        "no", "Random mirroring left to right; auto: where the data set allows it.", choices=MIRRORS
    )
    mirror_average: bool = setting(
        False, "Answer with the mean over image and mirror image, where training mirrored."
    )
    members: int | None = setting(
        None,
        "Networks trained one after another that answer together as one; 1: a single one.",
        minimum=1,
        maximum=100,
    )
    frozen_share: float | None = setting(
        None,
        "Share of the steps, the last, in which the first layer stays as it is; 0: no step.",
        minimum=0,
        maximum=1,
    )
    small_share: float | None = setting(
        None,
        "Share of the steps, the first, that see images of 5/7 of their sides; 0: no step.",
        minimum=0,
        maximum=1,
    )
    seed: int = setting(0, "Seed of all that is random.", minimum=0)
    precision: str = setting(
        "auto", "Arithmetic of training; auto: bfloat16 where it is faster.", choices=PRECISIONS
    )
    device: str = setting("auto", "Where to train.", choices=DEVICES)

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            object.__setattr__(self, field.name, checked(field, getattr(self, field.name)))
        if self.schedule == "piecewise" and len(self.rates) != len(self.boundaries) + 1:
            raise SettingsError(
                f"`rates={self.rates}`: expected {len(self.boundaries) + 1}, "
                "one more than there are boundaries. Give both in Python: the command line has no "
                "options for them"
            )

        steps_rise = list(self.boundaries) == sorted(set(self.boundaries))
        if not steps_rise or not all(0 <= rate <= LARGEST for rate in self.rates):
            raise SettingsError(
                f"`boundaries={self.boundaries}`, `rates={self.rates}`: expected steps that rise, "
                f"and rates from 0 to {LARGEST}"
            )

    def has_effect(self, name: str) -> bool:
        """Whether the optimizer and the schedule leave the setting `name` an effect."""
        other, values = _ONLY_WITH.get(name, ("", ()))
        return not other or getattr(self, other) in values

    def without_effect(self, given: Collection[str]) -> list[str]:
        """What to tell of those fields among `given` that the others leave without an effect."""
        told = []
        for name, (other, values) in _ONLY_WITH.items():
            chosen = getattr(self, other)
            is_default = getattr(self, name) == getattr(Settings, name)
            if name in given and not self.has_effect(name) and not is_default:
                only = ", ".join(values)
                told.append(f"`{name}` has no effect with `{other}={chosen!r}`, only with {only}")
        if "nesterov" in given and self.nesterov and self.optimizer == "sgd" and not self.momentum:
            told.append("`nesterov` has no effect without `momentum`")
        return told

    def override(self, **changes: Any) -> "Settings":
        """These settings with those `changes` that are not None.

        Whoever says how many epochs gets just these: `minimum_steps` of a recipe then count no
        more.

        Raises:
            SettingsError: a setting that there is not, or a value of another type or outside its
                limits.
        """
        unknown = changes.keys() - {field.name for field in dataclasses.fields(self)}
        if unknown:
            name = sorted(unknown)[0]
            hint = nearest_names(name, [field.name for field in dataclasses.fields(self)])
            several = "; train_seeds() trains several" if name == "seeds" else ""
            listed = "; help(imagette.settings.Settings) lists them"
            raise SettingsError(f"no setting {name!r}{several or hint or listed}")
        given = {key: value for key, value in changes.items() if value is not None}
        if "epochs" in given:
            given.setdefault("minimum_steps", 0)
        return dataclasses.replace(self, **given)

    def require_one_member(self) -> None:
        """Raise SettingsError if several are asked for, of a network that is the user's own."""
        if (self.members or 1) > 1:
            raise SettingsError(
                f"`members={self.members}`: expected 1, since a network of your own is trained as "
                "it is, once. Leave `members` out, or train a recipe"
            )

    def mirrors(self, allowed: bool) -> bool:
        """Whether images are mirrored in training; `allowed`: they mean the same mirrored."""
        return self.mirror == "yes" or (self.mirror == "auto" and allowed)

    def steps_per_epoch(self, images: int) -> int:
        """Steps in one pass over so many images; the last may be smaller."""
        return math.ceil(images / self.batch_size)

    def epochs_for(self, images: int) -> int:
        """`epochs`; more if those are less than `minimum_steps`."""
        return max(self.epochs, math.ceil(self.minimum_steps / self.steps_per_epoch(images)))


def checked(field: "dataclasses.Field[Any]", value: Any) -> Any:
    """`value` as the plain Python type of its field; NumPy's numbers are taken, too.

    Raises:
        SettingsError: a value of another type, or outside the limits of the field.
    """
    kinds = get_args(field.type) if isinstance(field.type, UnionType) else (field.type,)
    if value is None and NoneType in kinds:
        return None
    if get_origin(field.type) is tuple:
        if isinstance(value, str) or not isinstance(value, Iterable):
            raise SettingsError(f"`{field.name}={value!r}`: expected a list of numbers")
        return tuple(a_number(field.name, number, get_args(field.type)[0]) for number in value)
    if kinds[0] in (int, float):
        return _within(field.name, a_number(field.name, value, kinds[0]), field.metadata)
    if not isinstance(value, bool if kinds[0] is bool else str):
        words = "True or False" if kinds[0] is bool else "text"
        raise SettingsError(f"`{field.name}={value!r}`: expected {words}")
    if value not in field.metadata.get("choices", (value,)):
        choices = ", ".join(field.metadata["choices"])
        raise SettingsError(f"`{field.name}={value!r}`: expected one of {choices}")
    return value


def a_number(name: str, value: Any, kind: type) -> int | float:
    """`value` of the argument `name` as an int or a float; NumPy's numbers are taken, too.

    Raises:
        SettingsError: it is none, or not finite.
    """
    wanted: type = Integral if kind is int else Real
    if isinstance(value, bool) or not isinstance(value, wanted):
        what = "a whole number" if kind is int else "a number"
        raise SettingsError(f"`{name}={value!r}`: expected {what}")
    try:
        number: int | float = kind(value)
        finite = kind is int or math.isfinite(number)
    except OverflowError:  # a whole number beyond all floats
        finite = False
    if not finite:
        raise SettingsError(f"`{name}={value!r}`: expected a finite number")
    return number


def _within(name: str, value: int | float, limits: Any) -> int | float:
    limits = {"maximum": LARGEST} | dict(limits) if isinstance(value, int) else limits
    for limit, (words, holds) in _LIMITS.items():
        if limit in limits and not holds(value, limits[limit]):
            raise SettingsError(f"`{name}={value!r}`: expected {words} {limits[limit]}")
    return value
