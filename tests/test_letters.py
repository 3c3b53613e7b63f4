"""Class names in any script: what is written, and how much room it takes."""

from collections.abc import Iterator

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from imagette.plot import letters

# U+2316, a position indicator, is in STIX and not in DejaVu Sans.
RARE = "\u2316"


@pytest.fixture
def only_dejavu(monkeypatch: pytest.MonkeyPatch) -> None:
    with_fonts(monkeypatch)


def with_fonts(monkeypatch: pytest.MonkeyPatch, *families: str) -> None:
    """A machine with just these fonts besides Matplotlib's own."""
    letters._family.cache_clear()
    letters._advance.cache_clear()
    monkeypatch.setattr(letters, "_broad", lambda: families)


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    yield
    letters._family.cache_clear()
    letters._advance.cache_clear()


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("T-shirt/top", "T-shirt/top"),
        ("$x_{1}$ & 100 %", "$x_{1}$ & 100 %"),
        ("Ελληνικά Русский", "Ελληνικά Русский"),
        ("字", r"\u5b57"),
        ("a\nb\tc", r"a\nb\tc"),
        ("half \ud800", r"half \ud800"),
        ("\U0001f408", r"\U0001f408"),
        ("", ""),
    ],
)
@pytest.mark.usefixtures("only_dejavu")
def test_letters_without_a_glyph_become_codes(name: str, written: str) -> None:
    assert letters.legible(name) == written


@pytest.mark.usefixtures("only_dejavu")
def test_names_of_several_codes_are_numbers() -> None:
    names = ["cat", "猫", "猫犬", "Katze 猫犬", "犬猫"]
    assert letters.captions(names) == ("cat", "猫", "class 2", "Katze 猫犬", "class 4")


def test_another_font_of_the_machine_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with_fonts(monkeypatch)
    assert letters.legible(RARE) == r"\u2316"
    assert letters.families(RARE) == ["DejaVu Sans"]
    with_fonts(monkeypatch, "STIXGeneral")
    assert letters.legible(RARE) == RARE
    assert letters.families(RARE) == ["DejaVu Sans", "STIXGeneral"]
    assert letters.families("plain") == ["DejaVu Sans"]
    figure = Figure()
    figure.text(0, 0, RARE, family=letters.families(RARE))
    FigureCanvasAgg(figure).draw()  # type: ignore[no-untyped-call]  # a warning is an error


@pytest.mark.parametrize("text", ["T-shirt/top", "iiiii", "WWWWW", "Русский", "a → b…"])
def test_widths_are_those_of_matplotlib(text: str) -> None:
    figure = Figure(dpi=200)
    drawn = figure.text(0, 0, text, fontsize=20, family="DejaVu Sans")
    FigureCanvasAgg(figure).draw()  # type: ignore[no-untyped-call]
    expected = drawn.get_window_extent().width / 200
    # Hinting moves a letter by up to a pixel, kerning some pairs.
    assert letters.width(text, 20) == pytest.approx(expected, rel=0.05)


@pytest.mark.usefixtures("only_dejavu")
def test_long_names_are_cut_in_the_middle() -> None:
    name = "a very long name that ends in 17"
    assert letters.fitted(name, 8, 5) == name
    cut = letters.fitted(name, 8, 1)
    assert cut.startswith("a very")
    assert cut.endswith("in 17")
    assert "…" in cut
    assert letters.width(cut, 8) <= 1
    assert letters.fitted("字" * 50, 8, 1) == r"\u5b57…\u5b57"
    assert letters.fitted("word", 8, 0) == "…"
