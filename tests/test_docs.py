"""README and docs are true: their snippets run, their map is the tree, their lists are complete."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

import imagette
from imagette.cli.main import VERBS, application, run
from imagette.data.catalogue import CATALOGUE
from imagette.network import LAYERS
from imagette.recipes import RECIPES
from imagette.runs.run import Run

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "imagette"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
# Numbers, what times are counted in, and which precision is the faster one.
_BY_MACHINE = r"(?:\bb?float\d\d\b|[\d.,]+(?: m?s\b)?)"


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of a page in a language; "" for those that name none."""
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", page.read_text(), re.DOTALL | re.MULTILINE)
    return [text for name, text in fenced if name == language]


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as a newcomer's: with the examples, and no runs yet."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_python_snippets_run(page: Path, workplace: Path) -> None:
    names: dict[str, object] = {}
    for block in blocks(page, "python"):
        exec(compile(block, str(page), "exec"), names)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_run(page: Path, workplace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commands = re.findall(r"^\$ imagette (.*)$", page.read_text(), re.MULTILINE)
    for command in commands:
        assert run(command.split()) == 0, capsys.readouterr().err


def test_the_session_of_the_readme_prints_what_it_shows(
    workplace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = next(block for block in blocks(ROOT / "README.md", "") if block.startswith("$"))
    for part in session.split("$ imagette ")[1:]:
        command, _, shown = part.partition("\n")
        assert run(command.split()) == 0
        printed = capsys.readouterr().out
        for line in filter(None, map(str.strip, shown.splitlines())):
            words = [re.escape(word) for word in re.split(_BY_MACHINE, " ".join(line.split()))]
            assert re.search(_BY_MACHINE.join(words), " ".join(printed.split())), line


def test_the_photographs_of_the_examples_are_read(digits_run: Run) -> None:
    classifier = imagette.load(digits_run)
    assert classifier.predict(ROOT / "examples" / "four.jpg").label == "4"
    lines = classifier.read(ROOT / "examples" / "numbers.jpg")
    assert ["".join(glyph.label for glyph in line) for line in lines] == ["2048", "31957"]


def test_the_map_of_the_readme_is_the_tree() -> None:
    text = next(block for block in blocks(ROOT / "README.md", "") if "errors.py" in block)
    names = {name for line in text.splitlines() for name in line.split("  ")[0].split(" | ")}
    tree = {
        path.name + "/" * path.is_dir()
        for path in SOURCE.iterdir()
        if path.name not in ("__init__.py", "__main__.py", "__pycache__", "py.typed")
    }
    assert names == tree


def test_every_folder_of_the_source_has_its_page() -> None:
    folders = {path.name for path in SOURCE.iterdir() if (path / "__init__.py").exists()}
    assert {page.stem for page in PAGES[1:]} >= folders


def test_lists_in_the_docs_are_complete(digits_run: Run) -> None:
    pages = {page.stem: page.read_text() for page in PAGES}
    for recipe in RECIPES:
        assert f"`{recipe.name}`" in pages["recipes"]
    for entry in CATALOGUE:
        assert f"`{entry.name}`" in pages["data"]
    for layer in LAYERS:
        assert layer.__name__.removesuffix("Layer") in pages["network"]
    for path in digits_run.path.iterdir():
        assert f"`{path.name}`" in pages["runs"]
    for verb in (
        "train", "evaluate", "predict", "recipes", "summary", "reproduce", "export", "data show",
        "data check", "data split", "report",
    ):  # fmt: skip
        assert f"`imagette {verb}" in pages["cli"]


def test_the_page_of_the_command_line_has_all_options_and_no_others() -> None:
    own = {"--help", "--version"}
    settings: set[str] = set()  # of a training: the page leaves them to `train --help`
    for verb in VERBS:
        command: Any = get_command(application(verb)).commands[verb]  # type: ignore[attr-defined]
        for part in getattr(command, "commands", {verb: command}).values():
            for option in part.params:
                panel = str(getattr(option, "rich_help_panel", ""))
                names = {*option.opts, *option.secondary_opts}
                (settings if panel.startswith("Settings") else own).update(names)
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", (ROOT / "docs" / "cli.md").read_text()))
    assert {name for name in own if name.startswith("--")} - named == set()
    assert named - own - settings == set()


def test_the_changelog_speaks_of_this_version() -> None:
    assert f"## {imagette.__version__}" in (ROOT / "CHANGELOG.md").read_text()


def test_every_dependency_has_its_line() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    text = (ROOT / "CONTRIBUTING.md").read_text()
    extras = [name for group in project["optional-dependencies"].values() for name in group]
    for requirement in project["dependencies"] + extras:
        name = re.match(r"[\w-]+", requirement)
        assert name is not None
        assert name[0] in text, requirement


def test_no_file_is_long_and_most_are_short() -> None:
    lengths = sorted(len(path.read_text().splitlines()) for path in SOURCE.rglob("*.py"))
    assert lengths[-1] <= 300
    assert lengths[len(lengths) // 2] <= 140
