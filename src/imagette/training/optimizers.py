"""Optimizers with Keras's names, defaults and constants, each on one flat vector of weights.

PyTorch's own differ in ways that matter for reproducing a Keras result: where Adam's epsilon
enters, RMSprop's rho and its epsilon inside the root, Adagrad's initial accumulator. Each function
changes `values` and its `slots` in place; `tests/test_optimizers.py` compares them with Keras.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import torch
from torch.optim.adam import adam

from imagette.settings import Settings

Slots = dict[str, torch.Tensor]
_BETA_1, _BETA_2, _EPSILON = 0.9, 0.999, 1e-7  # Keras's
Update = Callable[[torch.Tensor, torch.Tensor, Slots, float, int, Settings], None]


@dataclass(frozen=True)
class Optimizer:
    """An update rule, and the vectors it carries from step to step, with their initial values.

    `weight_decay` applies unless the settings name another. If `orthogonal`, convolution kernels
    take Muon's steps (`muon.py`) instead of this rule's.
    """

    update: Update
    slots: Mapping[str, float] = field(default_factory=dict)
    weight_decay: float = 0.0
    orthogonal: bool = False

    def fresh_slots(self, values: torch.Tensor) -> Slots:
        return {name: torch.full_like(values, start) for name, start in self.slots.items()}

    def decay(self, settings: Settings) -> float:
        """The weight decay, decoupled from the gradient (Loshchilov and Hutter 2019)."""
        return _or(settings.weight_decay, self.weight_decay)


def _or(value: float | None, default: float) -> float:
    return default if value is None else value


def _sgd(
    values: torch.Tensor, gradient: torch.Tensor, slots: Slots, rate: float, step: int, s: Settings
) -> None:
    momentum = _or(s.momentum, 0.0)
    if not momentum:
        values.add_(gradient, alpha=-rate)
        return
    velocity = slots["velocity"].mul_(momentum).add_(gradient, alpha=-rate)
    if s.nesterov:
        values.add_(velocity, alpha=momentum).add_(gradient, alpha=-rate)
    else:
        values.add_(velocity)


def _moments(gradient: torch.Tensor, slots: Slots, s: Settings) -> tuple[float, float]:
    """Update Adam's running means with one gradient; returns their decays."""
    beta_1, beta_2 = _or(s.beta_1, _BETA_1), _or(s.beta_2, _BETA_2)
    slots["momentum"].lerp_(gradient, 1 - beta_1)
    slots["velocity"].mul_(beta_2).addcmul_(gradient, gradient, value=1 - beta_2)
    return beta_1, beta_2


def _adam(
    values: torch.Tensor, gradient: torch.Tensor, slots: Slots, rate: float, step: int, s: Settings
) -> None:
    """Kingma and Ba 2015, with the epsilon of section 2's efficient form, which Keras uses.

    It takes one pass over the vectors: operation by operation takes two to three times as long.
    """
    beta_1, beta_2 = _or(s.beta_1, _BETA_1), _or(s.beta_2, _BETA_2)
    # PyTorch adds epsilon after the velocity's bias correction, Keras before it.
    epsilon = _or(s.epsilon, _EPSILON) / (1 - beta_2**step) ** 0.5
    steps_before = torch.tensor(float(step - 1), device=values.device)
    adam(
        *([values], [gradient], [slots["momentum"]], [slots["velocity"]], [], [steps_before]),
        fused=True,
        amsgrad=False,
        beta1=beta_1,
        beta2=beta_2,
        lr=rate,
        weight_decay=0.0,
        eps=epsilon,
        maximize=False,
    )


def _nadam(
    values: torch.Tensor, gradient: torch.Tensor, slots: Slots, rate: float, step: int, s: Settings
) -> None:
    """Dozat 2016, algorithm 8, with the decays of Keras."""
    beta_1, beta_2 = _moments(gradient, slots, s)
    product, now, following = _nadam_decays(beta_1, step)
    mean = slots["momentum"] * (following / (1 - product * following))
    mean.add_(gradient, alpha=(1 - now) / (1 - product))
    divisor = (slots["velocity"] / (1 - beta_2**step)).sqrt_().add_(_or(s.epsilon, _EPSILON))
    values.addcdiv_(mean, divisor, value=-rate)


def _nadam_decays(beta_1: float, step: int) -> tuple[float, float, float]:
    """Nadam's decays: their product up to `step`, this step's, and the next one's."""
    product = 1.0
    for earlier in range(1, step + 1):
        product *= beta_1 * (1 - 0.5 * 0.96**earlier)
        if product < 1e-12:  # it only shrinks, and is subtracted from 1
            break
    now, following = (beta_1 * (1 - 0.5 * 0.96**at) for at in (step, step + 1))
    return product, now, following


def _rmsprop(
    values: torch.Tensor, gradient: torch.Tensor, slots: Slots, rate: float, step: int, s: Settings
) -> None:
    rho = _or(s.rho, 0.9)
    slots["velocity"].mul_(rho).addcmul_(gradient, gradient, value=1 - rho)
    divisor = slots["velocity"].add(_or(s.epsilon, _EPSILON)).sqrt_()
    if s.momentum:
        slots["momentum"].mul_(s.momentum).addcdiv_(gradient, divisor, value=rate)
        values.sub_(slots["momentum"])
    else:
        values.addcdiv_(gradient, divisor, value=-rate)


def _adadelta(
    values: torch.Tensor, gradient: torch.Tensor, slots: Slots, rate: float, step: int, s: Settings
) -> None:
    """Zeiler 2012, arXiv:1212.5701, algorithm 1."""
    rho, epsilon = _or(s.rho, 0.95), _or(s.epsilon, _EPSILON)
    slots["gradients"].mul_(rho).addcmul_(gradient, gradient, value=1 - rho)
    # One root of the ratio of squares, not a ratio of roots: two thirds of the time.
    ratio = slots["deltas"].add(epsilon).div_(slots["gradients"].add(epsilon))
    delta = ratio.sqrt_().mul_(gradient)
    slots["deltas"].mul_(rho).addcmul_(delta, delta, value=1 - rho)
    values.add_(delta, alpha=-rate)


def _adagrad(
    values: torch.Tensor, gradient: torch.Tensor, slots: Slots, rate: float, step: int, s: Settings
) -> None:
    """Duchi, Hazan and Singer 2011, JMLR 12."""
    slots["accumulator"].addcmul_(gradient, gradient)
    divisor = slots["accumulator"].add(_or(s.epsilon, _EPSILON)).sqrt_()
    values.addcdiv_(gradient, divisor, value=-rate)


_MOMENTS = {"momentum": 0.0, "velocity": 0.0}
OPTIMIZERS: dict[str, Optimizer] = {
    "sgd": Optimizer(_sgd, {"velocity": 0.0}),
    "adam": Optimizer(_adam, _MOMENTS),
    "adamw": Optimizer(_adam, _MOMENTS, weight_decay=0.004),
    "muon": Optimizer(_adam, _MOMENTS | {"kernels": 0.0}, orthogonal=True),
    "nadam": Optimizer(_nadam, _MOMENTS),
    "rmsprop": Optimizer(_rmsprop, {"velocity": 0.0, "momentum": 0.0}),
    "adadelta": Optimizer(_adadelta, {"gradients": 0.0, "deltas": 0.0}),
    "adagrad": Optimizer(_adagrad, {"accumulator": 0.1}),
}
