"""Counts how often the test images of a run are read: once by its training, and each time after.

Whoever looks at the test images again and again, and chooses by the results, has no test left.
"""

from dataclasses import replace
from pathlib import Path

from imagette.errors import RunError
from imagette.runs.files import write_atomically
from imagette.runs.run import RUN_JSON, Run
from imagette.stale import Lock


def count_reading(folder: Path) -> Run:
    """Count one more reading in the `run.json` of a run folder; returns the changed run.

    Raises:
        RunError: the run folder cannot be read or written.
    """
    try:
        lock = Lock(folder)
    except OSError as error:
        raise RunError(f"{folder} cannot be read: {error.strerror}") from error
    try:
        lock.wait()  # two processes at once count two
        run = Run.load(folder)
        run = replace(run, test_readings=run.test_readings + 1)
        write_atomically(folder / RUN_JSON, run.to_json().encode())
        return run
    except RunError as error:
        raise RunError(
            f"{error}. A reading of the test images is counted there, and that failed: copy the "
            "run folder to where it can be written"
        ) from error
    finally:
        lock.release()
