"""README and docs are true: their snippets run, their map is the tree, their lists are complete."""

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.main import get_command

import imagette
from imagette.cli.main import VERBS, application, run
from imagette.data.catalogue import CATALOGUE
from imagette.network import LAYERS
from imagette.recipes import RECIPES
from imagette.runs.run import Run

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "imagette"
MAKEFILE = (ROOT / "Makefile").read_text()
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXTS = [
    *PAGES,
    *(ROOT / f"{name}.md" for name in ("CHANGELOG", "CONTRIBUTING", "benchmarks/README")),
]
# What the machine decides: times, percentages, other decimals, what stands between two of them
# (the runner-up), and which precision is the faster one. Other whole numbers are the text's.
_BY_MACHINE = (
    r"(?:\bb?float\d\d\b|\b\d+(?:\.\d+)? (?:m?s\b|%)|(?<=\d\.\d{3} )\d(?= \d\.\d)|\b\d+\.\d+)"
)


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of a page in a language; "" for those that name none."""
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", page.read_text(), re.DOTALL | re.MULTILINE)
    return [text for name, text in fenced if name == language]


def commands(text: str) -> Iterator[list[str]]:
    """The arguments of each `imagette` in the lines of a fenced block, its output left out."""
    for line in text.splitlines():
        for part in line.removeprefix("$ ").split(" && "):
            if part.startswith("imagette "):
                yield shlex.split(part, comments=True)[1:]


def parse(arguments: list[str]) -> None:
    """Read arguments as the command line does, or raise its error; nothing is run."""
    command: Any = get_command(application(arguments[0]))
    while hasattr(command, "commands"):
        _, command, arguments = command.resolve_command(typer.Context(command), arguments)
    command.make_context("imagette", arguments)


def session_line(line: str) -> re.Pattern[str]:
    """What matches a line of a session's output as any machine prints it, spaces aside."""
    words = [re.escape(word) for word in re.split(_BY_MACHINE, " ".join(line.split()))]
    return re.compile(_BY_MACHINE.join(words))


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
    for command in re.findall(r"^\$ imagette (.*)$", page.read_text(), re.MULTILINE):
        assert run(command.split()) == 0, capsys.readouterr().err


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_have_verbs_and_options_that_there_are(page: Path) -> None:
    """All of them, run or not: some need data, or minutes."""
    for block in blocks(page, ""):
        for arguments in commands(block):
            parse(arguments)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("imagette teach digits  # isn't there", "No such command 'teach'"),
        ("imagette data burn digits", "No such command 'burn'"),
        ("$ imagette train digits --epoch-count 5", "No such option.*--epoch-count"),
        ("pip install x && imagette data show digits --strict", "No such option.*--strict"),
        ("imagette train digits --epochs many", "not a valid int"),
        ("imagette compare", "Missing parameter: runs"),
    ],
)
def test_a_command_that_there_is_not_is_found(line: str, message: str) -> None:
    (arguments,) = commands(f"saved in runs\n{line}\n")
    with pytest.raises(Exception, match=message):
        parse(arguments)


def test_the_session_of_the_readme_prints_what_it_shows(
    workplace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sessions = [block for block in blocks(ROOT / "README.md", "") if block.startswith("$")]
    for part in "".join(sessions).split("$ imagette ")[1:]:
        command, _, shown = part.partition("\n")
        assert run(command.split()) == 0
        printed = capsys.readouterr().out
        for line in filter(None, map(str.strip, shown.splitlines())):
            assert session_line(line).search(" ".join(printed.split())), line


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("four.jpg   4   0.994   5   0.002", "four.jpg 4 0.971 9 0.010", True),
        ("four.jpg   4   0.994   5   0.002", "four.jpg 7 0.994 5 0.002", False),
        ("accuracy 99.4 % (95 %, 359 images)", "accuracy 100.0 % (95 %, 359 images)", True),
        ("accuracy 99.4 % (95 %, 359 images)", "accuracy 99.4 % (95 %, 358 images)", False),
        ("50 epochs in 813 ms, bfloat16 on cpu", "50 epochs in 1.3 s, float32 on cpu", True),
        ("50 epochs in 813 ms, bfloat16 on cpu", "20 epochs in 813 ms, bfloat16 on cpu", False),
        ("saved in runs/digits-standard-1", "saved in runs/digits-standard-2", False),
    ],
)
def test_a_session_may_differ_in_what_the_machine_decides_alone(
    shown: str, printed: str, same: bool
) -> None:
    assert bool(session_line(shown).search(printed)) == same


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


def test_modules_that_docstrings_name_are_there() -> None:
    folders = [ROOT / name for name in ("src", "tests", "benchmarks")]
    tree = [f"{path}" for folder in folders for path in folder.rglob("*.py")]
    for path in SOURCE.rglob("*.py"):
        for name in re.findall(r"`([\w/]+\.py)`", path.read_text()):
            assert any(other.endswith(f"/{name}") for other in tree), f"{path}: {name}"


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
    for verb in VERBS:
        command: Any = get_command(application(verb)).commands[verb]  # type: ignore[attr-defined]
        for name in getattr(command, "commands", ("",)):
            assert f"`imagette {verb} {name}".rstrip() in pages["cli"]


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


def test_the_tables_of_benchmarks_are_the_folder_and_the_makefile() -> None:
    text = (ROOT / "benchmarks" / "README.md").read_text()
    rows = re.findall(r"^\| (`.*?`) \|.*?([\w, -]+) \|$", text, re.MULTILINE)
    last = {name: cell for names, cell in rows for name in re.findall(r"`(\w+)`", names)}
    files = {path.stem for path in (ROOT / "benchmarks").glob("*.py")}
    assert last.keys() == files - {"__init__"}
    targets = dict(re.findall(r"^(bench|bench-all):.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE))
    for target, lines in targets.items():
        run = set(re.findall(r"benchmarks\.(\w+)", lines))
        assert run == {name for name, cell in last.items() if target in cell.strip().split(", ")}
    assert targets.keys() == {"bench", "bench-all"}


def anchors(page: Path) -> set[str]:
    """What a link into the page may name: its headings, as GitHub writes them."""
    prose = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)
    headings = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", TEXTS, ids=lambda page: page.stem)
def test_links_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if not link.startswith("https:"):
            name, _, anchor = link.partition("#")
            target = page.parent / name if name else page
            assert target.exists(), link
            assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", TEXTS, ids=lambda page: page.stem)
def test_prose_is_wrapped(page: Path) -> None:
    prose = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)
    lines = [line for line in prose.splitlines() if not line.startswith(("|", "!["))]
    assert [line for line in lines if len(line) > 100] == []


def test_no_file_is_long_and_most_are_short() -> None:
    lengths = sorted(len(path.read_text().splitlines()) for path in SOURCE.rglob("*.py"))
    assert lengths[-1] <= 300
    assert lengths[len(lengths) // 2] <= 140
