"""Optimizers with Keras's names, defaults and constants, each on one flat vector of weights.

PyTorch's own differ where it matters for reproducing a Keras result: where Adam's epsilon
enters, RMSprop's rho and its epsilon inside the root. Each function changes `values` and
its `slots` in place; `tests/test_optimizers.py` holds them against Keras.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch

from imagette.settings import Settings

Slots = dict[str, torch.Tensor]


@dataclass(frozen=True)
class Optimizer:
    """An update rule and the names of the vectors that it carries from step to step."""

    update: Callable[[torch.Tensor, torch.Tensor, Slots, float, int, Settings], None]
    slots: Callable[[Settings], tuple[str, ...]]

    def fresh_slots(self, values: torch.Tensor, settings: Settings) -> Slots:
        return {name: torch.zeros_like(values) for name in self.slots(settings)}


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


def _adam(
    values: torch.Tensor, gradient: torch.Tensor, slots: Slots, rate: float, step: int, s: Settings
) -> None:
    """Kingma and Ba 2015, in the order of section 2's efficient form, which Keras uses."""
    beta_1, beta_2 = _or(s.beta_1, 0.9), _or(s.beta_2, 0.999)
    slots["momentum"].lerp_(gradient, 1 - beta_1)
    slots["velocity"].mul_(beta_2).addcmul_(gradient, gradient, value=1 - beta_2)
    rate = rate * (1 - beta_2**step) ** 0.5 / (1 - beta_1**step)
    divisor = slots["velocity"].sqrt().add_(_or(s.epsilon, 1e-7))
    values.addcdiv_(slots["momentum"], divisor, value=-rate)


def _rmsprop(
    values: torch.Tensor, gradient: torch.Tensor, slots: Slots, rate: float, step: int, s: Settings
) -> None:
    rho = _or(s.rho, 0.9)
    slots["velocity"].mul_(rho).addcmul_(gradient, gradient, value=1 - rho)
    divisor = slots["velocity"].add(_or(s.epsilon, 1e-7)).sqrt_()
    values.addcdiv_(gradient, divisor, value=-rate)


def _adadelta(
    values: torch.Tensor, gradient: torch.Tensor, slots: Slots, rate: float, step: int, s: Settings
) -> None:
    """Zeiler 2012, arXiv:1212.5701, algorithm 1."""
    rho, epsilon = _or(s.rho, 0.95), _or(s.epsilon, 1e-7)
    slots["gradients"].mul_(rho).addcmul_(gradient, gradient, value=1 - rho)
    divisor = slots["gradients"].add(epsilon).sqrt_()
    delta = slots["deltas"].add(epsilon).sqrt_().div_(divisor).mul_(gradient)
    slots["deltas"].mul_(rho).addcmul_(delta, delta, value=1 - rho)
    values.add_(delta, alpha=-rate)


OPTIMIZERS: dict[str, Optimizer] = {
    "sgd": Optimizer(_sgd, lambda s: ("velocity",) if s.momentum else ()),
    "adam": Optimizer(_adam, lambda s: ("momentum", "velocity")),
    "rmsprop": Optimizer(_rmsprop, lambda s: ("velocity",)),
    "adadelta": Optimizer(_adadelta, lambda s: ("gradients", "deltas")),
}
