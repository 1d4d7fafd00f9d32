from __future__ import annotations

import pytest
import torch
from safetensors.torch import load_file
from transformers import BertConfig, T5Config, T5EncoderModel, T5ForConditionalGeneration

from docengine.errors import CheckpointError
from docengine.teacher import DocFormerV2, DocFormerV2Config

T5_SIZES = {"vocab_size": 100, "d_model": 32, "d_kv": 8, "d_ff": 48, "num_layers": 2, "num_heads": 4}


@pytest.fixture
def t5() -> T5ForConditionalGeneration:
    torch.manual_seed(3)
    return T5ForConditionalGeneration(T5Config(**T5_SIZES, num_decoder_layers=3, decoder_start_token_id=0)).eval()


def test_round_trip_is_exact(model, batch, tmp_path):
    model.save_pretrained(tmp_path)
    again = DocFormerV2.from_pretrained(tmp_path)
    assert not again.training
    assert again.config.to_diff_dict() == model.config.to_diff_dict()
    with torch.no_grad():
        before, after = model(**batch), again(**batch)
    for name in ("tag_logits", "line_logits", "grid_logits", "logits"):
        assert torch.equal(before[name], after[name])


def test_tied_tables_are_saved_once_and_tied_again(model, tmp_path):
    model.save_pretrained(tmp_path)
    saved = load_file(tmp_path / "model.safetensors")
    assert "shared.weight" in saved
    assert not {"lm_head.weight", "encoder.embed_tokens.weight", "decoder.embed_tokens.weight"} & set(saved)
    again = DocFormerV2.from_pretrained(tmp_path)
    again.shared.weight.data[0, 0] = 42
    assert again.lm_head.weight[0, 0] == again.encoder.embed_tokens.weight[0, 0] == 42


def test_a_t5_computes_what_it_did(t5, batch, tmp_path):
    t5.save_pretrained(tmp_path)
    model = DocFormerV2.from_t5(tmp_path).eval()
    words = {name: batch[name] for name in ("input_ids", "attention_mask", "decoder_input_ids")}
    with torch.no_grad():
        torch.testing.assert_close(model(**words).logits, t5(**words).logits)
    theirs, ours = dict(t5.named_parameters()), dict(model.named_parameters())
    assert all(torch.equal(ours[name], parameter) for name, parameter in theirs.items())
    assert ours["heads.tag.weight"].isfinite().all()


def test_a_t5_takes_a_config_that_fits(t5, tmp_path):
    t5.save_pretrained(tmp_path)
    fitting = DocFormerV2Config(**T5_SIZES, num_decoder_layers=3, num_labels=4, visual_rows=4)
    model = DocFormerV2.from_t5(tmp_path, fitting)
    assert model.heads.tag.out_features == 4
    with pytest.raises(CheckpointError, match=r"d_model 32.*512"):
        DocFormerV2.from_t5(tmp_path, DocFormerV2Config.named("small", vocab_size=100))


def test_other_architectures_are_named(model, t5, tmp_path):
    t5.save_pretrained(tmp_path / "t5")
    with pytest.raises(CheckpointError, match=r"'t5'.*'docformerv2'"):
        DocFormerV2.from_pretrained(tmp_path / "t5")
    model.save_pretrained(tmp_path / "ours")
    with pytest.raises(CheckpointError, match=r"'docformerv2'.*'t5'"):
        DocFormerV2.from_t5(tmp_path / "ours")
    BertConfig().save_pretrained(tmp_path / "bert")
    with pytest.raises(CheckpointError, match=r"'bert'.*'t5'"):
        DocFormerV2.from_t5(tmp_path / "bert")


def test_half_a_t5_is_refused(t5, tmp_path):
    T5EncoderModel(T5Config(**T5_SIZES)).save_pretrained(tmp_path)
    with pytest.raises(CheckpointError, match=r"lacks \d+ tensors.*decoder"):
        DocFormerV2.from_t5(tmp_path)


def test_a_t5_with_its_own_output_layer_is_refused(tmp_path):
    config = T5Config(**T5_SIZES, feed_forward_proj="gated-gelu", tie_word_embeddings=False)
    t5 = T5ForConditionalGeneration(config)
    t5.lm_head.weight = torch.nn.Parameter(torch.randn(100, 32))
    t5.save_pretrained(tmp_path)
    with pytest.raises(CheckpointError, match=r"v1\.1"):
        DocFormerV2.from_t5(tmp_path)


def test_what_cannot_be_read_is_a_checkpoint_error(model, tmp_path):
    with pytest.raises(CheckpointError, match="nowhere"):
        DocFormerV2.from_pretrained(tmp_path / "nowhere")
    model.save_pretrained(tmp_path)
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(CheckpointError, match="cannot read"):
        DocFormerV2.from_pretrained(tmp_path)


def test_pickles_are_never_opened(model, tmp_path):
    model.config.save_pretrained(tmp_path)
    torch.save(model.state_dict(), tmp_path / "pytorch_model.bin")
    with pytest.raises(CheckpointError, match="safetensors"):
        DocFormerV2.from_pretrained(tmp_path, use_safetensors=False)
