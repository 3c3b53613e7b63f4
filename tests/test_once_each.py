"""The same ink is classified once, wherever on the page it was cut out."""

import numpy as np

from imagette.images.photo.pages.page import Block
from imagette.inference.pages.once_each import once_each
from imagette.inference.together import Answers


def test_each_ink_is_asked_about_once_and_gets_its_answer_each_time() -> None:
    asked: list[float] = []

    def answer(blocks: list[Block]) -> Answers:
        sums = np.array([block.ink.sum() for block in blocks], np.float32)
        asked.extend(sums.tolist())
        return np.stack((sums, -sums), axis=1), np.sqrt(sums)

    def block(value: float, height: int, left: int) -> Block:
        return Block(np.full((height, 12 // height), value, np.float32), 5, left, (0.5, 0.5), 100.0)

    likely = once_each(answer)
    one, other, turned = block(0.5, 3, left=7), block(0.25, 3, left=7), block(0.5, 4, left=7)
    for blocks in ([one, other, block(0.5, 3, left=90)], [other], [turned, one]):
        rows, novelties = likely(blocks)
        sums = [float(block.ink.sum()) for block in blocks]
        assert rows.tolist() == [[total, -total] for total in sums]
        assert np.allclose(novelties, np.sqrt(sums))
    assert asked == [6, 3, 6]  # of another shape is other ink
