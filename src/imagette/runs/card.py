"""The model card: `README.md` of a run folder, as the Hugging Face Hub reads it.

Its front matter is YAML (https://huggingface.co/docs/hub/model-cards), its numbers are those of
`run.json`. Names of classes and sources are anyone's text: quoted there, escaped here.
"""

import html
import re

from imagette.data.dataset import SPLITS
from imagette.evaluation import Evaluation
from imagette.numerals import (
    counted,
    percent,
    percent_with_interval,
    rounded,
    rounded_or_none,
    rounded_with_interval,
)
from imagette.recipes import is_recipe
from imagette.runs.command import data_name, train_command
from imagette.runs.run import Run

CARD = "README.md"
_MOST_CLASSES = 50  # that are named and scored one by one
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|~$:.-])")


def model_card(run: Run) -> str:
    """The text of the card."""
    parts = (_front_matter(run), _summary(run), _results(run), _use(run), _training(run))
    return "\n\n".join(parts) + "\n"


def _front_matter(run: Run) -> str:
    name = f"{data_name(run)}-{run.recipe}"
    metrics = [
        line
        for kind, value, shown in _metrics(run.test)
        for line in (
            f"    - type: {kind}",
            f"      value: {value}",
            f"      name: {quoted(shown)}",
        )
    ]
    return "\n".join(
        [
            "---",
            "library_name: imagette",
            "pipeline_tag: image-classification",
            "tags:",
            "- image-classification",
            "- imagette",
            "- onnx",
            "model-index:",
            f"- name: {quoted(name)}",
            "  results:",
            "  - task:",
            "      type: image-classification",
            "    dataset:",
            f"      name: {quoted(data_name(run))}",
            f"      type: {quoted(data_name(run))}",
            "      split: test",
            "    metrics:",
            *metrics,
            "---",
        ]
    )


def _metrics(test: Evaluation) -> list[tuple[str, str, str]]:
    """Type, value and name with the interval, of each number."""
    accuracy = percent_with_interval(test.accuracy, test.accuracy_interval)
    metrics = [("accuracy", rounded(test.accuracy, test.accuracy_interval), f"accuracy {accuracy}")]
    for kind, name, value, interval in (
        ("f1", "macro F1", test.macro_f1, test.macro_f1_interval),
        ("log_loss", "log loss", test.log_loss, test.log_loss_interval),
        (
            "expected_calibration_error",
            "expected calibration error",
            test.calibration_error,
            test.calibration_error_interval,
        ),
    ):
        shown = f"{name} {rounded_with_interval(value, interval)}"
        metrics.append((kind, rounded(value, interval), shown))
    return metrics


def _summary(run: Run) -> str:
    names = run.data["class_names"]
    shown = ", ".join(map(escaped, names[:_MOST_CLASSES]))
    more = f" and {len(names) - _MOST_CLASSES:,} more" if len(names) > _MOST_CLASSES else ""
    height, width, channels = run.data["image_shape"]
    return (
        f"# {escaped(data_name(run))}, {escaped(run.recipe)}\n\n"
        f"An image classifier for {len(names):,} classes, for images of {height} × {width} pixels "
        f"and {counted(channels, 'channel')}: {shown}{more}.\n\n"
        f"Right on {percent_with_interval(run.test.accuracy, run.test.accuracy_interval)} of "
        f"{run.test.images:,} test images."
    )


def _results(run: Run) -> str:
    test = run.test
    rows = [f"| {name} | {shown} |" for name, shown in _shown(test)]
    chosen = "nothing was chosen by them"
    if run.validates_on_test:
        chosen = (
            "but they were the validation images, too, as the protocol has it that was followed: "
            "by them temperature and rejection were fitted, so that log loss, calibration error "
            "and the share that gets an answer are better than they would be on others"
        )
    lines = [
        f"## Results\n\nOn {test.images:,} test images that were held out of training: {chosen}."
        f"{_duplicates(run)}\n",
        "| number | on the test images |",
        "|---|---|",
        *rows,
    ]
    if len(test.classes) <= _MOST_CLASSES:
        lines += ["", "| class | precision | recall | F1 | images |", "|---|---|---|---|---|"]
        lines += [
            f"| {escaped(score.name)} "
            f"| {rounded_or_none(score.precision, score.precision_interval)} "
            f"| {rounded_or_none(score.recall, score.recall_interval)} "
            f"| {rounded_or_none(score.f1, score.f1_interval)} | {score.support:,} |"
            for score in test.classes
        ]
    return "\n".join(lines)


def _duplicates(run: Run) -> str:
    count = run.data.get("test_duplicates")
    where = "the training or validation images"
    return f" Copies of {count:,} of them are among {where}." if count else ""


def _shown(test: Evaluation) -> list[tuple[str, str]]:
    shown = [
        ("accuracy", percent_with_interval(test.accuracy, test.accuracy_interval)),
        ("macro F1", rounded_with_interval(test.macro_f1, test.macro_f1_interval)),
        ("log loss", rounded_with_interval(test.log_loss, test.log_loss_interval)),
    ]
    error, interval = test.calibration_error, test.calibration_error_interval
    shown.append(("calibration error", percent_with_interval(error, interval)))
    if test.accepted is not None:
        shown.append(("share that gets an answer", percent(test.accepted)))
    return shown


def _use(run: Run) -> str:
    rejects = ""
    if run.test.accepted is not None:
        rejects = "An image unlike those of the training gets no answer. "
    return (
        "## Use\n\n"
        "```python\nimport imagette\n\n"
        'answer = imagette.load("model.onnx").predict("picture.png")\n'
        "print(answer.label, answer.probability)\n```\n\n"
        "`model.onnx` needs nothing but ONNX Runtime: uint8 images `(batch, "
        f"{', '.join(map(str, run.data['image_shape']))})` in, `probabilities` out; scaling is "
        "inside, and the class names are in its metadata.\n\n"
        f"{rejects}Expect these numbers on images like the test images, and worse ones on others: "
        "`imagette evaluate` measures it on yours."
    )


def _training(run: Run) -> str:
    data, training, machine = run.data, run.training, run.machine
    command = train_command(run, public=True)
    versions = ", ".join(f"{name} {version}" for name, version in run.versions.items())
    counts = ", ".join(
        f"{data[split]['images']:,} {split}"
        for split in SPLITS
        if isinstance(data.get(split), dict) and "images" in data[split]
    )
    lines = [
        "## Training\n",
        f"- Images: {counts}; test fingerprint `{data['test']['fingerprint']}`",
        f"- {run.trained} in {training['seconds']:.1f} s, "
        f"{training.get('precision')} on {training.get('device')}, {machine.get('processor')}, "
        f"cores: {machine.get('cores')}",
        f"- Versions: {versions}; {run.created}",
    ]
    if command:
        # A network of the user's own may have started from weights that are not kept.
        same = "to the same bits on the same machine"
        again = same if is_recipe(run.recipe) else "with fresh weights"
        lines += ["", f"Again, {again}:", "", _indented(command)]
    return "\n".join(lines)


def _indented(text: str) -> str:
    """As code: no fence that the text could end."""
    return "\n".join(f"    {line}" for line in text.splitlines())


def escaped(text: str) -> str:
    """Anyone's text as Markdown that shows it and does nothing, on one line."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    return _MARKDOWN.sub(r"\\\1", html.escape(plain, quote=False))


def quoted(text: str) -> str:
    """Anyone's text as a double-quoted scalar of YAML 1.1 and 1.2, in ASCII."""
    return '"' + "".join(map(_yaml_character, text)) + '"'


def _yaml_character(character: str) -> str:
    code = ord(character)
    if character in '"\\':
        return f"\\{character}"
    if 0x20 <= code < 0x7F:
        return character
    if 0xD800 <= code < 0xE000:  # half of a surrogate pair: no character
        return "\\uFFFD"
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"
