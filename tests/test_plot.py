"""The figures: nothing overlaps or leaves the page, pixels are exact, names are anybody's."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

import imagette
from imagette.data.dataset import Dataset
from imagette.evaluation import Judgements, evaluate_judgements, judge
from imagette.plot.canvas import DPI, whole_figure
from imagette.plot.files import encoded
from imagette.plot.profile import round_up

ODD_NAMES = (
    "$x_{1}$", "100 %", "two\nlines", "東京", "\U0001f408", "العربية", "\\alpha", " ", "a" * 300,
    "Ελληνικά", "T-shirt/top", "half \ud800",
)  # fmt: skip


def dataset_of(classes: int, shape: tuple[int, int, int] = (8, 8, 1)) -> Dataset:
    """Two random images a class; names of growing length, the first of them odd."""
    random = np.random.default_rng(classes)
    images = random.integers(0, 256, (2 * classes, *shape), dtype=np.uint8)
    named = [f"class {'of a kind ' * (number % 4)}{number}" for number in range(classes)]
    names = (*ODD_NAMES, *named)[:classes] if classes > 2 else ("cat", "dog")
    return Dataset(images, np.arange(2 * classes) % classes, names)


def samples(data: Dataset) -> Axes:
    return imagette.plot.samples(data, columns=3)


def class_counts(data: Dataset) -> Axes:
    counts = data.counts() * np.arange(1, len(data.class_names) + 1) * 1000
    sides = {"train": counts, "validation": counts * 0, "test": counts // 7}
    return imagette.plot.class_counts(sides, data.class_names)


def class_means(data: Dataset) -> Axes:
    counts = data.counts() * 123_456
    means = data.images[: len(data.class_names)].astype(np.float64)
    return imagette.plot.class_means(means, data.class_names, counts=counts)


def batch(data: Dataset) -> Axes:
    names = [data.class_names[label] for label in data.labels[:50]]
    return imagette.plot.batch(data.images[:50], names, before=data.images[:50], note="note")


def label_errors(data: Dataset) -> Axes:
    names = [data.class_names[label] for label in data.labels]
    places = [f"train/{number}.png" for number in range(len(data))]
    return imagette.plot.label_errors(data.images, names, names[::-1], places)


def judged(data: Dataset) -> Judgements:
    """Random answers, right for most."""
    random = np.random.default_rng(1)
    classes = len(data.class_names)
    probabilities = random.dirichlet(np.ones(classes), len(data)) + np.eye(classes)[data.labels]
    return judge(probabilities / 2, data.labels, temperature=0.5)


def confusion_matrix(data: Dataset) -> Axes:
    return imagette.plot.confusion_matrix(evaluate_judgements(judged(data), data.class_names))


def answers(data: Dataset) -> Axes:
    positions = np.arange(min(len(data), 70))
    return imagette.plot.answers(data.images, judged(data), positions, data.class_names)


FIGURES = [samples, class_counts, class_means, batch, label_errors, confusion_matrix, answers]


def boxes(ax: Axes) -> list[tuple[str, float, float, float, float]]:
    """The texts of a drawn figure with their edges in inches: left, top, right, bottom."""
    figure = whole_figure(ax)
    FigureCanvasAgg(figure).draw()  # type: ignore[no-untyped-call]  # a warning is an error
    height = figure.get_size_inches()[1]
    found = []
    for text in ax.texts:
        box = text.get_window_extent().transformed(figure.dpi_scale_trans.inverted())
        if text.get_text().strip():
            found.append((text.get_text(), box.x0, height - box.y1, box.x1, height - box.y0))
    return found


@pytest.mark.parametrize(
    ("draw", "classes"),
    [
        (draw, classes)
        for draw in FIGURES
        for classes in (2, 10, 62, 100, 1000)
        if not (draw in (batch, label_errors) and classes > 62)  # they are full with 62
    ],
)
def test_texts_lie_on_the_page_and_apart(draw: Callable[[Dataset], Axes], classes: int) -> None:
    ax = draw(dataset_of(classes))
    width, height = whole_figure(ax).get_size_inches()
    assert 2 < width < 26
    assert 1.5 < height < 26
    found = boxes(ax)
    assert found
    for text, left, top, right, bottom in found:
        assert left >= 0.25, text
        assert right <= width, text
        assert top >= 0.1, text
        assert bottom <= height, text
    edges = np.array([box[1:] for box in found])
    for number, (left, top, right, bottom) in enumerate(edges):
        later = edges[number + 1 :]
        across = (later[:, 0] < right) & (left < later[:, 2])
        # Boxes have room for letters that reach higher and lower than these do.
        down = (later[:, 1] < bottom - 0.04) & (top < later[:, 3] - 0.04)
        touching = [found[number + 1 + int(i)][0] for i in np.flatnonzero(across & down)]
        assert not touching, found[number][0]


@pytest.mark.parametrize("shape", [(8, 8, 1), (28, 28, 1), (32, 48, 3), (96, 96, 3), (300, 200, 1)])
@pytest.mark.parametrize("draw", FIGURES)
def test_texts_stand_beside_images_of_any_size(
    draw: Callable[[Dataset], Axes], shape: tuple[int, int, int]
) -> None:
    ax = draw(dataset_of(10, shape))
    found = boxes(ax)
    for image in ax.images:
        left, right, bottom, top = image.get_extent()
        for text, x0, y0, x1, y1 in found:
            assert x1 <= left or right <= x0 or y1 <= top + 0.02 or bottom - 0.02 <= y0, text


@pytest.mark.slow
def test_a_full_page_of_noise_is_a_file_of_bounded_size() -> None:
    """Noise is the worst that there is to compress: 1,200 colour images of it."""
    images = np.random.default_rng(0).integers(0, 256, (1200, 64, 64, 3), dtype=np.uint8)
    data = Dataset(images, np.arange(1200) % 120, tuple(map(str, range(120))))
    assert 5e6 < len(encoded(imagette.plot.samples(data), "png")) < 12e6


def test_pixels_on_the_page_are_those_of_the_images() -> None:
    data = dataset_of(2, (28, 28, 3))
    page = np.asarray(Image.open(io.BytesIO(encoded(imagette.plot.batch(data.images), "png"))))
    scale = 3
    for image in data.images:
        large = image.repeat(scale, axis=0).repeat(scale, axis=1)
        views = np.lib.stride_tricks.sliding_window_view(page, (*large.shape[:2], 3))[:, :, 0]
        corners = np.argwhere((views[:, :, 0, 0] == large[0, 0]).all(axis=-1))
        assert any((views[row, column] == large).all() for row, column in corners)


def test_only_the_first_of_very_many_classes_are_shown_and_that_is_said() -> None:
    data = dataset_of(1000)
    texts = [text.get_text() for text in samples(data).texts]
    assert "2,000 images, 8×8 gray; up to 3 of a class, at random; the first 120 of 1,000" in (
        " ".join(texts)
    )
    texts = [text.get_text() for text in class_means(data).texts]
    assert "of the training images; the first 240 of 1,000 classes" in texts
    texts = [text.get_text() for text in class_counts(data).texts]
    assert {"the largest", "the smallest", "classes, the largest first"} <= set(texts)


def test_bars_are_as_long_as_the_counts() -> None:
    counts = {"train": np.array([30, 60]), "test": np.array([10, 0])}
    ax = imagette.plot.class_counts(counts, ["a", "b"])
    bars = [patch.get_width() for patch in ax.patches if patch.get_height() > 0.1]  # type: ignore
    assert np.allclose(np.array(bars) / bars[0], [1, 1 / 3, 2, 0])
    assert "100 images of 2 classes, 40 to 60 of each" in [text.get_text() for text in ax.texts]
    same = imagette.plot.class_counts({"train": np.array([5, 5])}, ["a", "b"])
    assert "10 images of 2 classes, 5 of each" in [text.get_text() for text in same.texts]


@pytest.mark.parametrize("value", [0, 1, 5, 39, 41, 99, 230, 425, 5421, 123_456, 10**9])
def test_the_scale_has_four_whole_steps(value: int) -> None:
    top = round_up(value)
    assert value <= top <= max(8, 2 * value)
    assert top % 4 == 0
    assert len(str(top // 4).rstrip("0")) <= 3


def test_classes_without_images_are_shown_empty() -> None:
    data = dataset_of(3)
    none = data.select(np.array([], np.int64))
    for draw in (samples, class_counts):
        assert boxes(draw(none))


@pytest.mark.parametrize("draw", ["samples", "batch"])
def test_axes_of_the_caller_are_drawn_on_and_returned(draw: str) -> None:
    data = dataset_of(4)
    figure = Figure(figsize=(4, 3), dpi=100)
    left, right = figure.subplots(1, 2)
    given = data if draw == "samples" else data.images
    assert getattr(imagette.plot, draw)(given, ax=left) is left
    FigureCanvasAgg(figure).draw()  # type: ignore[no-untyped-call]
    half = left.get_window_extent()
    for text in left.texts:
        assert isinstance(text, Text)
        box = text.get_window_extent()
        assert box.x0 >= half.x0 - 1
        assert box.x1 <= half.x1 + 1
    assert left.images
    assert not right.images


def test_figures_show_themselves_in_a_notebook() -> None:
    ax = samples(dataset_of(3))
    content, size = ax._repr_png_()  # type: ignore[attr-defined]
    picture = Image.open(io.BytesIO(content))
    assert picture.format == "PNG"
    assert picture.size == tuple(round(DPI * side) for side in whole_figure(ax).get_size_inches())
    assert abs(size["width"] * DPI / 100 - picture.width) <= 2  # shown at half its pixels


def test_pyplot_is_left_alone() -> None:
    import sys

    before = "matplotlib.pyplot" in sys.modules
    encoded(samples(dataset_of(3)), "png")
    assert ("matplotlib.pyplot" in sys.modules) == before


def test_two_threads_draw_the_same_as_one() -> None:
    from concurrent.futures import ThreadPoolExecutor

    data = dataset_of(10)
    expected = encoded(samples(data), "png")
    with ThreadPoolExecutor(4) as pool:
        drawn = list(pool.map(lambda _: encoded(samples(data), "png"), range(8)))
    assert all(content == expected for content in drawn)
