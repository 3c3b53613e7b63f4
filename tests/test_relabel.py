"""Labels from a CSV: applied by name, and refused with the line that is wrong."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import imagette
from imagette.data import relabel
from imagette.data.contents import NO_LABEL, Contents, Split
from imagette.data.names import Names
from imagette.data.options import DataOptions
from imagette.data.relabel import relabelled
from imagette.data.sources import open_contents
from imagette.errors import ImagetteError, SourceError

NAMES = ("cat/1.png", "cat/2, a.png", "dog/1.png", "dog/ü.png")


def source() -> Contents:
    return Contents(
        images=np.arange(4, dtype=np.uint8).reshape(4, 1, 1, 1),
        labels=np.array([0, 0, 1, 1]),
        class_names=("cat", "dog", "owl"),
        names=Names(NAMES),
        splits=np.full(4, Split.ANY, np.int8),
        notes=("a note",),
    )


def fixes(folder: Path, text: str) -> Path:
    path = folder / "fixes.csv"
    path.write_bytes(text.encode())
    return path


def labels_after(folder: Path, text: str) -> dict[str, str]:
    contents = relabelled(source(), fixes(folder, text))
    names = [contents.class_names[label] for label in contents.labels]
    return dict(zip(contents.names, names, strict=True))


def test_label_is_the_new_one_and_an_empty_one_drops_the_image(tmp_path: Path) -> None:
    text = 'file,label\ncat/1.png,owl\n"cat/2, a.png",\ndog/ü.png,dog\n'
    assert labels_after(tmp_path, text) == {
        "cat/1.png": "owl", "dog/1.png": "dog", "dog/ü.png": "dog",
    }  # fmt: skip
    contents = relabelled(source(), fixes(tmp_path, text))
    assert contents.images.ravel().tolist() == [0, 2, 3]
    assert contents.notes == ("a note", "fixes.csv: labels changed: 1, images dropped: 1")
    assert source().labels.tolist() == [0, 0, 1, 1]


def test_suggested_is_the_new_one_where_it_is_there(tmp_path: Path) -> None:
    text = "file,label,suggested,confidence\ncat/1.png,cat,dog,0.97\ndog/1.png,dog,,0.6\n"
    after = labels_after(tmp_path, text)
    assert after == {"cat/1.png": "dog", "cat/2, a.png": "cat", "dog/ü.png": "dog"}


@pytest.mark.parametrize(
    "text",
    [
        "\ufefffile,label\r\ncat/1.png,dog\r\n",
        "label,FILE\ndog,cat/1.png\n",
        "remark,file,label\nhello,cat/1.png, dog \n\n",
    ],
)
def test_other_orders_columns_and_line_ends_are_read(tmp_path: Path, text: str) -> None:
    assert labels_after(tmp_path, text)["cat/1.png"] == "dog"


def test_images_of_one_name_are_relabelled_together(tmp_path: Path) -> None:
    twice = source().select(np.array([0, 1, 0]))
    path = fixes(tmp_path, "file,label\ncat/1.png,owl\n")
    assert relabelled(twice, path).labels.tolist() == [2, 0, 2]


def test_images_without_a_label_can_get_one(tmp_path: Path) -> None:
    contents = source()
    contents.labels[:] = NO_LABEL
    path = fixes(tmp_path, "file,label,suggested\ncat/1.png,,owl\n")
    assert relabelled(contents, path).labels.tolist() == [2, -1, -1, -1]
    dropped = relabelled(contents, fixes(tmp_path, "file,label\ncat/1.png,\n"))
    assert dropped.notes[-1] == "fixes.csv: labels changed: 0, images dropped: 1"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"fixes\.csv has the columns of an empty file; expected file,label and"),
        ("file;label\na;b\n", "has the columns file;label; expected file,label and, if you like"),
        ("file\ncat/1.png\n", "has the columns file; expected file,label"),
        (
            "file,label\ncat/1.png,dog\nbat/1.png,dog\n",
            r"fixes\.csv, line 3: the source has no image 'bat/1\.png'; its images are called "
            r"'cat/1\.png', 'cat/2, a\.png', \.\.\. Correct or remove the line",
        ),
        (
            "file,label\ncat/1.png,dogs\n",
            r"line 2: there is no class 'dogs'; did you mean 'dog'\? expected one of cat, dog, owl",
        ),
        ("file,label\ncat/1.png,17\n", "line 2: there is no class '17'; expected one of cat, dog"),
        ("file,label\ncat/1.png\n", "line 2: 1 values, expected 2 as in the first line"),
        (
            "file,label\ncat/1.png,dog\ncat/1.png,owl\n",
            r"line 3: 'cat/1\.png' is in line 2 already",
        ),
        (
            "file,label,suggested\ncat/1.png,dog,owl\n",
            r"line 2: it is for an image 'cat/1\.png' with the label 'dog', and the source has "
            "'cat': it was made for other data. Make it again",
        ),
        ('file,label\n"cat/1.png,dog\n', r"cannot be read as CSV of file,label: unexpected end"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        relabelled(source(), fixes(tmp_path, text))


def test_files_that_cannot_be_read_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(
        SourceError,
        match=r"nowhere\.csv cannot be read: No such file.*a CSV of",
    ):
        relabelled(source(), tmp_path / "nowhere.csv")
    (tmp_path / "latin.csv").write_bytes("file,label\ndog/ü.png,cat\n".encode("latin-1"))
    with pytest.raises(SourceError, match=r"can't decode byte .* save it as UTF-8"):
        relabelled(source(), tmp_path / "latin.csv")
    monkeypatch.setattr(relabel, "MAXIMUM_BYTES", 5)
    with pytest.raises(SourceError, match=r"has \d+ bytes, expected at most 5\. Give"):
        relabelled(source(), fixes(tmp_path, "file,label\n"))
    os.mkfifo(tmp_path / "pipe.csv")  # nobody writes into it
    with pytest.raises(SourceError, match=r"pipe\.csv is a pipe or a device, expected a file"):
        relabelled(source(), tmp_path / "pipe.csv")


@given(content=st.binary(max_size=200) | st.text(alphabet='file,label\n"cat/1.png', max_size=80))
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_foreign_bytes_are_refused_or_read(tmp_path: Path, content: bytes | str) -> None:
    path = tmp_path / "fixes.csv"
    path.write_bytes(content if isinstance(content, bytes) else b"file,label\n" + content.encode())
    try:
        assert len(relabelled(source(), path)) <= 4
    except ImagetteError as error:
        assert "fixes.csv" in str(error)


def test_opening_a_source_takes_the_labels_of_the_csv(tmp_path: Path) -> None:
    before = open_contents("digits", DataOptions())
    names = before.class_names
    path = fixes(
        tmp_path, f"file,label,suggested\nimage/3,{names[before.labels[3]]},8\nimage/5,5,\n"
    )
    after = open_contents("digits", DataOptions(relabel=str(path)))
    assert (len(after), after.labels[3]) == (1796, 8)
    assert "image/5" not in list(after.names)
    splits = imagette.open_data("digits", relabel=str(path))
    assert splits.notes[-1] == "fixes.csv: labels changed: 1, images dropped: 1"


def test_a_run_finds_its_csv_again_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fixes(tmp_path, "file,label\nimage/5,\n")
    monkeypatch.chdir(tmp_path)
    run = imagette.train("digits", "sprint", epochs=1, relabel="fixes.csv", out=tmp_path / "runs")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert imagette.evaluate(run.path).images == run.test.images
