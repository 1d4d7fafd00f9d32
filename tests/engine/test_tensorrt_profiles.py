import numpy as np
import pytest

from docengine.engine.backends.tensorrt.profiles import DEFAULT, Bucket, cut, fill, shares, size_of
from docengine.errors import BackendFailed, UsageError

AXES = {"pieces": [-1, -1, 2], "attention_mask": [-1, -1]}


def test_profiles_are_written_as_pages_by_words():
    assert Bucket.parse(" 16X512 ") == Bucket(tokens=512, batch=16)
    assert str(Bucket(tokens=512, batch=16)) == "16x512"
    for wrong in ("512", "x512", "0x512", "1x0", "1x512x3", "-1x5", "1x999999"):
        with pytest.raises(UsageError):
            Bucket.parse(wrong)


def test_a_shape_takes_the_batch_first_and_tokens_after():
    assert Bucket(512, 4).shape([-1, -1, -1, 3]) == (4, 512, 512, 3)
    assert Bucket(512, 4).shape([-1, 12]) == (4, 12)


@pytest.mark.parametrize(
    ("tokens", "batch", "wanted"),
    [
        (1, 1, ["1x128"]),
        (128, 1, ["1x128"]),
        (129, 1, ["1x256"]),
        (512, 2, ["4x512"]),
        (100, 5, ["16x128"]),
        (300, 20, ["16x512", "4x512"]),
        (10, 33, ["16x128", "16x128", "1x128"]),
    ],
)
def test_pages_go_into_the_smallest_profiles_that_hold_them(tokens, batch, wanted):
    found = list(shares(DEFAULT, tokens, batch))
    assert [str(bucket) for _, bucket in found] == wanted
    pages = np.arange(batch)
    assert np.concatenate([pages[part] for part, _ in found]).tolist() == pages.tolist()
    assert all(part.stop - part.start <= bucket.batch for part, bucket in found)


def test_a_page_longer_than_every_profile_names_the_mend():
    with pytest.raises(BackendFailed, match=r"600 words is longer than every profile .* \(512\): .*--profile 1x600"):
        list(shares(DEFAULT, 600, 1))


def test_padding_is_zero_also_where_another_page_lay():
    target = np.full((2, 4, 2), 9)
    fill(target, np.ones((1, 3, 2), int))
    assert target.sum() == 6 and (target[0, :3] == 1).all()
    assert cut(target, [-1, -1, 2], 3, 1).tolist() == np.ones((1, 3, 2), int).tolist()


def test_what_is_cut_out_is_a_copy():
    source = np.zeros((1, 4, 4, 3))
    part = cut(source, [-1, -1, -1, 3], 2, 1)
    source += 1
    assert part.shape == (1, 2, 2, 3) and not part.any()


def test_inputs_that_do_not_fit_the_graph_are_refused():
    good = {"pieces": np.zeros((2, 5, 2)), "attention_mask": np.zeros((2, 5))}
    assert size_of(good, AXES) == (5, 2)
    with pytest.raises(BackendFailed, match="wants pieces"):
        size_of({"attention_mask": good["attention_mask"]}, AXES)
    with pytest.raises(BackendFailed, match=r"attention_mask has shape \(2, 4\)"):
        size_of({**good, "attention_mask": np.zeros((2, 4))}, AXES)
