"""Shifts and mirroring move whole images, and nothing else."""

import numpy as np
import torch
from numpy.typing import NDArray

from imagette.randomness import generator
from imagette.settings import Settings
from imagette.training.augmentation import take_batch

IMAGES = torch.from_numpy(np.random.default_rng(0).integers(0, 256, (6, 9, 7, 2), dtype=np.uint8))
CHOSEN = torch.tensor([4, 0, 0, 5, 1, 2, 3, 3])


def moved(image: NDArray[np.uint8], down: int, right: int) -> NDArray[np.uint8]:
    """The image moved, its edges repeated: by padding and cutting."""
    padded = np.pad(image, ((3, 3), (3, 3), (0, 0)), mode="edge")
    return padded[3 - down : 3 - down + 9, 3 - right : 3 - right + 7]


def test_without_augmentation_the_images_come_as_they_are() -> None:
    batch = take_batch(IMAGES, CHOSEN, generator(0), Settings(), mirror=False)
    assert torch.equal(batch, IMAGES[CHOSEN])


def test_every_image_is_a_shifted_or_mirrored_original() -> None:
    settings = Settings(shift=0.3)  # 3 of 9 rows, 2 of 7 columns
    seen = set()
    for seed in range(20):
        batch = take_batch(IMAGES, CHOSEN, generator(seed), settings, mirror=True)
        for image, chosen in zip(batch.numpy(), CHOSEN.tolist(), strict=True):
            original = IMAGES[chosen].numpy()
            matches = [
                (down, right, mirrored)
                for down in range(-3, 4)
                for right in range(-2, 3)
                for mirrored in (False, True)
                if np.array_equal(image, moved(original, down, right)[:, :: -1 if mirrored else 1])
            ]
            assert matches
            seen.update(matches)
    assert {match[0] for match in seen} == set(range(-3, 4))
    assert {match[1] for match in seen} == set(range(-2, 3))
    assert {match[2] for match in seen} == {False, True}


def test_the_generator_decides() -> None:
    settings = Settings(shift=0.3)
    a, b, c = (
        take_batch(IMAGES, CHOSEN, generator(seed), settings, mirror=False) for seed in (1, 1, 2)
    )
    assert torch.equal(a, b)
    assert not torch.equal(a, c)
