"""The catalogue: names are found, and what can be downloaded is known by its hash."""

import re

import pytest

from imagette.data.catalogue import CATALOGUE, IDX_FILES, Entry, entry
from imagette.errors import SourceError

DOWNLOADABLE = [known for known in CATALOGUE if known.kind != "bundled"]
by_name = pytest.mark.parametrize("known", CATALOGUE, ids=lambda known: known.name)
downloadable = pytest.mark.parametrize("known", DOWNLOADABLE, ids=lambda known: known.name)


@by_name
def test_an_entry_is_found_by_its_name(known: Entry) -> None:
    assert entry(known.name) is known


def test_names_are_unique() -> None:
    assert len({known.name for known in CATALOGUE}) == len(CATALOGUE)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("minst", r"no source 'minst'; did you mean 'mnist' or 'kmnist'\?"),
        ("fashion_mnist", r"no source 'fashion_mnist'; did you mean 'fashion-mnist'"),
        ("CIFAR-10", r"no source 'CIFAR-10'; did you mean 'cifar10'\?"),
        ("MNIST", r"no source 'MNIST'; did you mean 'mnist'"),
        ("quux", "no source 'quux'; imagette knows"),
        ("", "no source ''; imagette knows"),
    ],
)
def test_an_unknown_name_brings_the_nearest_names_and_all_of_them(name: str, hint: str) -> None:
    everything = "imagette knows digits, mnist, fashion-mnist, kmnist, cifar10"
    with pytest.raises(SourceError, match=hint) as caught:
        entry(name)
    assert str(caught.value).endswith(everything)


@by_name
def test_an_entry_says_what_it_is(known: Entry) -> None:
    assert known.title
    assert known.licence
    assert len(set(known.class_names)) == len(known.class_names) == 10
    height, width, channels = known.image_shape
    assert height == width
    assert channels in (1, 3)


@downloadable
def test_a_download_has_two_mirrors_and_a_hash_for_each_file(known: Entry) -> None:
    assert len(set(known.mirrors)) >= 2
    assert all(re.fullmatch(r"https?://\S+/", mirror) for mirror in known.mirrors)
    files = [name for name, _ in known.downloads]
    hashes = [known_hash for _, known_hash in known.downloads]
    assert files
    assert len(set(hashes)) == len(hashes)
    assert all(re.fullmatch(r"md5:[0-9a-f]{32}|sha256:[0-9a-f]{64}", one) for one in hashes)


@downloadable
def test_four_idx_files_are_downloaded_under_the_names_that_are_searched(known: Entry) -> None:
    if known.kind == "idx":
        expected = [f"{name}.gz" for name in IDX_FILES.values()]
        assert [name for name, _ in known.downloads] == expected


@downloadable
def test_checksums_of_contents_are_known_for_all_arrays_or_none(known: Entry) -> None:
    assert [array for array, _ in known.checksums] in ([], list(IDX_FILES))
    # Without them a container cannot be trusted, so no .npz is looked for.
    assert known.checksums or not known.npz


def test_only_garments_and_objects_may_be_mirrored() -> None:
    assert {known.name for known in CATALOGUE if known.mirror} == {"fashion-mnist", "cifar10"}
