"""One training, from splits to a complete run folder.

What `train` and `reproduce` share: fit, find out how sure the network is, build the classifier
that will be saved, measure that one, write everything.
"""

import importlib.metadata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagette.data.dataset import Splits
from imagette.data.options import DataOptions
from imagette.data.progress import DataProgress
from imagette.data.protocols import Protocol
from imagette.evaluation import wilson_interval
from imagette.images.photo.statistics import learn_preparation
from imagette.inference import Classifier
from imagette.inference.measure import measure
from imagette.jobs.certainty import Certainty, fit_certainty
from imagette.machine import describe, peak_memory
from imagette.network import Network, to_json
from imagette.numerals import counted, percent
from imagette.runs.contents import write_contents
from imagette.runs.judgements_file import to_bytes
from imagette.runs.metadata import Metadata
from imagette.runs.model_file import build_model, with_metadata
from imagette.runs.run import Run
from imagette.runs.run_folder import RunFolder
from imagette.settings import Settings
from imagette.training.loop import Fit
from imagette.training.members import fit_members
from imagette.training.progress import Progress

_PACKAGES = ("imagette", "torch", "numpy", "onnx", "onnxruntime", "scikit-learn")


@dataclass(frozen=True)
class Experiment:
    """What is to be trained, and how it will be called.

    `network` is that of each member, where the settings ask for several. `source` and `options`
    say how `splits` can be opened again, or `protocol`, where a published text divided the data;
    `weights` are where training starts, fresh ones if None.
    """

    recipe: str
    network: Network
    splits: Splits
    settings: Settings
    source: str
    options: DataOptions = field(default_factory=DataOptions)
    weights: Mapping[str, NDArray[np.float32]] | None = None
    protocol: Protocol | None = None

    def run(self, out: Path, progress: Progress | None = None) -> Run:
        """Train, measure and save into `out/<data>-<recipe>-<n>`; on failure nothing is left.

        Raises:
            ImagetteError: whichever of its kinds says what is wrong.
        """
        stem = f"{self.splits.name}-{self.recipe}"
        title = f"{stem}, seed {self.settings.seed}"
        with RunFolder(out, stem, self._room) as folder:
            network, fitted = fit_members(
                self.network, self.weights, self.splits, self.settings, progress, title
            )
            if progress and (note := _learned_nothing(fitted, self.splits, self.settings)):
                progress.noted(note)
            measuring = progress.measuring() if progress else DataProgress()
            certainty = fit_certainty(
                network,
                fitted.weights,
                self.splits,
                self.settings.seed,
                mirrored=self._mirrored,
                averaged=self._averaged,
                progress=measuring,
            )
            if progress:
                for note in certainty.notes:
                    progress.noted(note)
            run = self._save(folder, network, fitted, certainty, measuring)
        if progress:
            progress.saved(run)
        return run

    @property
    def _room(self) -> int:
        """Bytes that the run will take at least: model and weights hold each parameter once."""
        return 2 * 4 * sum(self.network.parameters()) * (self.settings.members or 1)

    @property
    def _mirrored(self) -> bool:
        """Whether half of the training images are mirrored."""
        return self.settings.mirrors(self.splits.mirror)

    @property
    def _averaged(self) -> bool:
        """Whether the classifier will answer with the mean over an image and its mirror image."""
        return self.settings.mirror_average and self._mirrored

    def _save(
        self,
        folder: RunFolder,
        network: Network,
        fitted: Fit,
        certainty: Certainty,
        progress: DataProgress,
    ) -> Run:
        """Measure the classifier as it will be saved, and write everything."""
        splits, record = self.splits, self._record(fitted)
        metadata = Metadata(
            class_names=splits.class_names,
            image_shape=splits.shape,
            preparation=learn_preparation(splits.train.images).to_dict()
            | {"resize": self.options.resize},
            rejection=certainty.rejection,
            evaluation=None,
            provenance={key: value for key, value in record.items() if key != "history"},
            temperature=certainty.temperature,
        )
        model = build_model(network, certainty.weights, metadata, certainty.novelty, self._averaged)
        draft = Classifier(model)
        validation = measure(draft, splits.validation, progress)
        test = measure(draft, splits.test, progress)
        model = with_metadata(model, replace(metadata, evaluation=test.evaluation.to_dict()))
        record["certainty"] = {key: getattr(metadata, key) for key in ("temperature", "rejection")}
        run = Run(path=Path(), validation=validation.evaluation, test=test.evaluation, **record)
        judgements = to_bytes(validation.judgements, test.judgements)
        write_contents(folder, run, model, to_json(network), certainty.weights, judgements)
        return replace(run, path=folder.finish())

    def _record(self, fitted: Fit) -> dict[str, Any]:
        """What `run.json` says, but for the evaluations."""
        splits = self.splits
        data: dict[str, Any] = {
            "source": self.source,
            "options": asdict(self.options),
            "class_names": splits.class_names,
            "image_shape": splits.shape,
            "mirror": splits.mirror,
            "test_duplicates": splits.test_duplicates,
        }
        if self.protocol is not None:
            data["protocol"] = self.protocol
        for split, dataset in splits.named().items():
            data[split] = {"images": len(dataset), "fingerprint": dataset.fingerprint}
        return {
            "recipe": self.recipe,
            "data": data,
            "settings": asdict(self.settings),
            "training": _plan(fitted) | {"seconds": fitted.seconds, "peak_memory": peak_memory()},
            "history": tuple(asdict(epoch) for epoch in fitted.history),
            "versions": {name: importlib.metadata.version(name) for name in _PACKAGES},
            "machine": describe(),
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
        }


def _plan(fitted: Fit) -> dict[str, Any]:
    """The plan of each network, which of them aside: settings say how many there are."""
    plan = asdict(fitted.plan)
    return {key: plan[key] for key in plan if key not in ("network", "networks")}


def _learned_nothing(fitted: Fit, splits: Splits, settings: Settings) -> str:
    """What to tell of a network that is not surely better than one answer to everything."""
    labels, last = splits.validation.labels, fitted.history[-1]
    right, largest = round(last.val_accuracy * len(labels)), int(np.bincount(labels).max())
    if wilson_interval(right, len(labels))[0] > largest / len(labels):
        return ""
    shares = (
        f"{percent(last.val_accuracy)} of the validation images are answered right, and "
        f"{percent(largest / len(labels))} would be by always naming the largest class"
    )
    if right <= largest:
        return (
            f"nothing was learned: {shares}. Try another learning rate (it is "
            f"{settings.learning_rate:g}), or more epochs"
        )
    return (
        f"{counted(len(labels), 'validation image')} cannot tell whether anything was learned: "
        f"{shares}"
    )
