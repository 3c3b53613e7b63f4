"""MLflow: one of its runs a training, where its own settings (MLFLOW_TRACKING_URI, ...) say."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from imagette.runs.run import Run
from imagette.tracking.numbers import of_epoch, of_settings, of_test
from imagette.training.progress import Epoch, Plan

_LONGEST = 500  # characters of a parameter that MLflow takes


def open_tracker(out: Path) -> MLflow:
    """Writes through MLflow's client; needs the package mlflow.

    Raises:
        ImportError: it is not installed.
    """
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")  # read when it is imported
    import mlflow

    return MLflow(
        mlflow.tracking.MlflowClient, os.environ.get("MLFLOW_EXPERIMENT_NAME", "imagette")
    )


class MLflow:
    """Talks to MLflow's client, and so leaves a run that the user has open alone."""

    def __init__(self, client: Any, experiment: str):
        self._make_client, self._experiment = client, experiment
        self._client: Any = None
        self._run = ""

    def begin(self, plan: Plan) -> None:
        self.end(failed=False)
        self._client = self._client or self._make_client()
        created = self._client.create_run(self._identity(), run_name=plan.title)
        self._run = created.info.run_id

    def _identity(self) -> str:
        """Of the experiment, made where it is missing."""
        found = self._client.get_experiment_by_name(self._experiment)
        if found:
            return str(found.experiment_id)
        return str(self._client.create_experiment(self._experiment))

    def log(self, epoch: Epoch) -> None:
        for name, value in of_epoch(epoch).items():
            self._client.log_metric(self._run, name, value, step=epoch.epoch)

    def finish(self, run: Run) -> None:
        for name, value in of_test(run.test).items():
            self._client.log_metric(self._run, name, value)
        for name, text in of_settings(run).items():
            self._client.log_param(self._run, name, text[:_LONGEST])
        self.end(failed=False)

    def end(self, failed: bool) -> None:
        if self._run:
            self._client.set_terminated(self._run, "FAILED" if failed else "FINISHED")
            self._run = ""
