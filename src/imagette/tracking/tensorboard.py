"""TensorBoard: event files in `<out>/tensorboard`, for `tensorboard --logdir <out>/tensorboard`."""

from __future__ import annotations

import os
import re
from datetime import datetime
from pathlib import Path
from typing import Any

from imagette.runs.run import Run
from imagette.tracking.numbers import of_epoch, of_settings, of_test
from imagette.training.progress import Epoch, Plan


def open_tracker(out: Path) -> TensorBoard:
    """Writes event files under `out`; needs the package tensorboard.

    Raises:
        ImportError: it is not installed.
    """
    import tensorboard  # noqa: F401  # PyTorch's own message does not name what is missing
    from torch.utils.tensorboard import SummaryWriter

    return TensorBoard(out / "tensorboard", SummaryWriter)


class TensorBoard:
    """One folder of events a training."""

    def __init__(self, folder: Path, writer: Any):
        self._folder, self._make = folder, writer
        self._writer: Any = None

    def begin(self, plan: Plan) -> None:
        self.end(failed=False)
        title = re.sub(r"[^\w.-]+", "-", plan.title)
        moment = f"{datetime.now():%Y%m%d-%H%M%S}-{os.getpid()}"
        self._writer = self._make(str(self._folder / f"{title}-{moment}"))

    def log(self, epoch: Epoch) -> None:
        for name, value in of_epoch(epoch).items():
            self._writer.add_scalar(name, value, epoch.epoch)
        self._writer.flush()

    def finish(self, run: Run) -> None:
        for name, value in of_test(run.test).items():
            self._writer.add_scalar(name, value, len(run.history))
        rows = "\n".join(f"    {name}: {value}" for name, value in of_settings(run).items())
        self._writer.add_text("settings", rows)
        self.end(failed=False)

    def end(self, failed: bool) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None
