"""What is public, and what is imported when."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import imagette

ROOT = Path(__file__).parent.parent
HEAVY = ("torch", "keras", "tensorflow", "onnx", "onnxruntime", "matplotlib", "sklearn", "scipy")
SLOW = ("pydantic",)  # typer from 0.29 on imports it for every command


def loaded_by(code: str) -> set[str]:
    """The top-level modules in a new interpreter after `code` has run."""
    program = f"import sys\n{code}\nprint(*{{m.partition('.')[0] for m in sys.modules}})"
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(result.stdout.splitlines()[-1].split())


def test_importing_imagette_imports_nothing_heavy() -> None:
    loaded = loaded_by("import imagette")
    assert "imagette" in loaded
    assert not loaded & {*HEAVY, "numpy", "rich", "typer"}


@pytest.mark.parametrize("arguments", [["--help"], ["train", "--help"], ["--version"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    loaded = loaded_by(f"from imagette.cli.main import run\nassert run({arguments!r}) == 0")
    assert not loaded & {*HEAVY, *SLOW, "numpy"}


def test_answering_imports_neither_torch_nor_keras_nor_sklearn(digits_run: imagette.Run) -> None:
    path, picture = str(digits_run.path), str(ROOT / "examples" / "seven.png")
    for arguments in (["predict", path, picture], ["evaluate", path]):
        loaded = loaded_by(f"from imagette.cli.main import run\nassert run({arguments!r}) == 0")
        assert "onnxruntime" in loaded
        assert not loaded & {"torch", "keras", "tensorflow", "onnx", "matplotlib", *SLOW}
        if arguments[0] == "predict":
            assert not loaded & {"sklearn", "scipy"}


def test_opening_a_classifier_leaves_nothing_in_the_home(
    digits_run: imagette.Run, tmp_path: Path
) -> None:
    """ONNX Runtime keeps a device's id and events for Microsoft there, if nobody stops it."""
    environment = {**os.environ, "HOME": str(tmp_path)}
    environment.pop("ORT_DISABLE_TELEMETRY", None)
    environment.pop("XDG_CACHE_HOME", None)
    code = f"import imagette\nimagette.load({str(digits_run.path)!r})"
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert not list(tmp_path.rglob("*"))


def test_the_bundled_digits_are_read_without_scikit_learn() -> None:
    loaded = loaded_by("import imagette\nimagette.open_data('digits')")
    assert "imagette" in loaded
    assert not loaded & {"sklearn", "scipy", "torch"}


def test_a_verb_imports_no_other() -> None:
    loaded = loaded_by(
        "from imagette.cli.main import run\n"
        "assert run(['recipes', '--json']) == 0\n"
        "names = {m.removeprefix('imagette.cli.') for m in sys.modules if 'imagette.cli.' in m}\n"
        "sys.modules.update({f'cli:{name}': sys for name in names})"
    )
    assert "cli:recipes" in loaded
    assert not loaded & {"cli:train", "cli:predict", "cli:data", "cli:evaluate", "cli:options"}


def third_party() -> set[str]:
    """The top-level modules that src/imagette imports, but for Python's own and itself."""
    names: set[str] = set()
    for path in (ROOT / "src" / "imagette").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                names.add(node.module.partition(".")[0])
    return names - sys.stdlib_module_names - {"imagette"}


def test_what_is_imported_is_declared_and_the_other_way_round() -> None:
    """Each package, also one that another brings along; extras of development aside."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    declared = [*project["dependencies"], *extras["keras"], *extras["mlflow"]]
    declared += extras["tensorboard"]
    packages = {re.split(r"[^\w-]", requirement)[0].lower() for requirement in declared}
    modules = {"pillow": "PIL", "scikit-learn": "sklearn"}  # that have other names
    assert {modules.get(package, package) for package in packages} == third_party()


def test_public_names_are_sorted_and_all_there() -> None:
    assert imagette.__all__ == sorted(imagette.__all__)
    assert imagette.__all__ == [
        "Classifier", "Dataset", "ImagetteError", "Network", "Run", "Settings", "Splits",
        "check_data", "compare", "evaluate", "export", "find_label_errors", "fit_keras", "load",
        "open_data", "plot", "recipes", "reproduce", "show_data", "summary", "train", "train_seeds",
        "write_comparison",
        "write_report",
    ]  # fmt: skip
    for name in imagette.__all__:
        assert getattr(imagette, name).__doc__
        assert name in dir(imagette)
    with pytest.raises(AttributeError, match="no attribute 'predict_everything'"):
        imagette.predict_everything  # noqa: B018


def test_every_error_is_an_imagette_error() -> None:
    from imagette import errors

    classes = [
        value
        for value in vars(errors).values()
        if isinstance(value, type) and value.__module__ == errors.__name__
    ]
    assert all(issubclass(value, imagette.ImagetteError) for value in classes)
    assert errors.__doc__ is not None
    assert all(value.__name__ in errors.__doc__ for value in classes)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"GOMP_SPINCOUNT": "7"}, "7"),
        ({"OMP_WAIT_POLICY": "active"}, "None"),
    ],
)
def test_threads_wait_as_the_user_says(given: dict[str, str], expected: str) -> None:
    ours = ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")
    environment = {k: v for k, v in os.environ.items() if k not in ours} | given
    code = "import os, imagette.training; print(os.environ.get('GOMP_SPINCOUNT'))"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert result.stdout.strip() == expected
