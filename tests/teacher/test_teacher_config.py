from __future__ import annotations

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from docengine.errors import UsageError
from docengine.schema import DEFAULT_SCHEMA
from docengine.teacher import DocFormerV2, DocFormerV2Config, count_parameters, flops_per_page

PUBLISHED = {"small": 66.65e6, "base": 232.12e6, "large": 749.96e6}


@pytest.mark.parametrize(("size", "published"), PUBLISHED.items())
def test_counts_are_the_published_ones(size, published):
    count = count_parameters(DocFormerV2Config.named(size))
    assert abs(count["core"] - published) < 0.005e6
    assert published <= count["total"] <= 1.03 * published
    assert count["total"] == count["core"] + count["visual"] + count["heads"]


def test_the_meta_model_holds_no_memory_and_twelve_tables():
    with torch.device("meta"):
        model = DocFormerV2(DocFormerV2Config.named("small"))
    assert {parameter.device.type for parameter in model.parameters()} == {"meta"}
    tables = [m for m in model.modules() if isinstance(m, torch.nn.Embedding) and tuple(m.weight.shape) == (1000, 512)]
    assert len(tables) == 12
    assert len({id(table.weight) for table in tables}) == 12


def test_named_takes_changes_and_refuses_unknown_names():
    config = DocFormerV2Config.named("base", grid_rows=8, num_labels=3)
    assert (config.d_model, config.grid_cells, config.num_labels) == (768, 32, 3)
    with pytest.raises(UsageError, match=r"'huge'.*small, base, large"):
        DocFormerV2Config.named("huge")


@pytest.mark.parametrize(
    ("changes", "numbers"),
    [
        ({"image_height": 500}, "500.*8 x 16"),
        ({"image_width": 380}, "380.*8 x 8"),
        ({"visual_rows": 0}, "image_height 512.*0 visual"),
        ({"visual_channels": 33}, "33.*2"),
        ({"relative_attention_num_buckets": 30}, "30.*4"),
        ({"vocab_size": 100, "eos_token_id": 100}, "100.*100"),
        ({"grid_rows": 0}, "grid_rows.*1.*0"),
    ],
)
def test_contradictory_sizes_are_refused_with_both_numbers(changes, numbers):
    with pytest.raises(UsageError, match=numbers):
        DocFormerV2Config(**changes)


@pytest.mark.parametrize("labels", [None, 2, 5])
def test_tags_survive_the_disk(tmp_path, labels):
    config = DocFormerV2Config() if labels is None else DocFormerV2Config(num_labels=labels)
    config.save_pretrained(tmp_path)
    again = DocFormerV2Config.from_pretrained(tmp_path)
    assert again.id2label == config.id2label
    assert again.num_labels == (labels or len(DEFAULT_SCHEMA.tags))
    assert again.to_dict() == config.to_dict()


def test_default_tags_are_those_of_the_schema():
    config = DocFormerV2Config()
    assert tuple(config.id2label.values()) == DEFAULT_SCHEMA.tags
    assert config.label2id["B-iban"] == DEFAULT_SCHEMA.begin("iban")


@pytest.mark.parametrize(("visual", "decoded"), [(6, 4), (0, 4), (6, 0)])
def test_flops_are_those_that_torch_counts(config, batch, visual, decoded):
    config._attn_implementation = "eager"
    model = DocFormerV2(config).eval()
    page = {name: values[:1] for name, values in batch.items()}
    if not visual:
        del page["pixel_values"]
    if not decoded:
        del page["decoder_input_ids"]
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model(**page)
    assert flops_per_page(config, 9, visual, decoded) == counter.get_total_flops()


def test_flops_know_the_number_of_cells(config):
    with pytest.raises(UsageError, match=r"6.*got 128"):
        flops_per_page(config, 9, 128, 0)
