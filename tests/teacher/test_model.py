from __future__ import annotations

import pytest
import torch
from torch import nn
from transformers.modeling_outputs import BaseModelOutput

from docengine.errors import UsageError
from docengine.teacher import DocFormerV2, DocFormerV2Output
from docengine.teacher.embeddings import NO_BOX
from docengine.teacher.optimizers import TABLE_RATE, muon_and_adamw
from docengine.teacher.stages import StageRecipe

LOGITS = ("tag_logits", "line_logits", "grid_logits", "logits")
CLOSE = {"rtol": 1e-4, "atol": 1e-5}
"""float32 on another order of sums."""


def run(model: DocFormerV2, **batch: object) -> DocFormerV2Output:
    with torch.no_grad():
        return model(**batch)


def test_shapes_are_as_documented(model, batch):
    out = run(model, **batch)
    assert isinstance(out, DocFormerV2Output)
    assert out.encoder_last_hidden_state.shape == (2, 9 + 6, 32)
    assert out.tag_logits.shape == (2, 9, 7)
    assert out.line_logits.shape == (2, 9, 9, 3)
    assert out.grid_logits.shape == (2, 9, 2 * 4)
    assert out.logits.shape == (2, 4, 100)
    assert out.past_key_values is None
    del batch["pixel_values"], batch["decoder_input_ids"]
    out = run(model, **batch)
    assert out.encoder_last_hidden_state.shape == (2, 9, 32)
    assert out.logits is None


def test_padding_changes_nothing(model, batch):
    both = run(model, **batch)
    kept = {"attention_mask": 5, "input_ids": 5, "boxes": 5}
    alone = run(model, **{name: values[1:, : kept.get(name)] for name, values in batch.items()})
    torch.testing.assert_close(both.tag_logits[1:, :5], alone.tag_logits, **CLOSE)
    torch.testing.assert_close(both.line_logits[1:, :5, :5], alone.line_logits, **CLOSE)
    torch.testing.assert_close(both.grid_logits[1:, :5], alone.grid_logits, **CLOSE)
    torch.testing.assert_close(both.logits[1:], alone.logits, **CLOSE)
    batch["input_ids"][1, 5:] = 3
    batch["boxes"][1, 5:] = NO_BOX
    torch.testing.assert_close(run(model, **batch).logits, both.logits, **CLOSE)


def test_a_hidden_picture_is_no_picture(model, batch):
    """The second page of the batch has none: the mask over L = 9 + 6 tokens hides its cells."""
    shown = torch.tensor([[1] * 6, [0] * 6])
    mixed = run(model, **batch | {"attention_mask": torch.cat([batch["attention_mask"], shown], dim=1)})
    with_all = run(model, **batch)
    without = run(model, **{name: values for name, values in batch.items() if name != "pixel_values"})
    for name in LOGITS:
        torch.testing.assert_close(mixed[name][0], with_all[name][0], **CLOSE)
        torch.testing.assert_close(mixed[name][1], without[name][1], **CLOSE)
        assert not torch.allclose(with_all[name][1], without[name][1], atol=1e-3)


@pytest.mark.parametrize("edge", range(4))
def test_every_edge_of_a_box_matters(model, batch, edge):
    before = run(model, **batch)
    batch["boxes"][0, 3, edge] += 40
    after = run(model, **batch)
    for name in LOGITS:
        assert (after[name][0] - before[name][0]).abs().max() > 1e-3
        torch.testing.assert_close(after[name][1], before[name][1], **CLOSE)


def test_no_boxes_is_a_page_of_no_box(model, batch):
    bare = run(model, **{name: values for name, values in batch.items() if name != "boxes"})
    masked = run(model, **batch | {"boxes": torch.full_like(batch["boxes"], NO_BOX)})
    for name in LOGITS:
        torch.testing.assert_close(bare[name], masked[name])


def test_position_bias_is_t5s_on_text_and_zero_on_pairs_with_a_cell(model):
    attention = model.encoder.block[0].layer[0].SelfAttention
    bias = model.encoder.position_bias(40, 6)
    assert bias.shape == (1, 4, 46, 46)
    for i in range(40):
        for j in range(0, 40, 7):
            bucket = attention._relative_position_bucket(torch.tensor(j - i), num_buckets=32, max_distance=128)
            assert torch.equal(bias[0, :, i, j], attention.relative_attention_bias.weight[bucket])
    assert not bias[0, :, 40:].any()
    assert not bias[0, :, :, 40:].any()


def test_every_layer_adds_the_same_bias(model, batch):
    """Attention of the eager model, recomputed from its hidden states with plain loops over heads."""
    model.set_attn_implementation("eager")
    out = run(model, **batch, output_attentions=True, output_hidden_states=True)
    assert len(out.encoder_attentions) == 2
    assert len(out.encoder_hidden_states) == 3
    bias = model.encoder.position_bias(9, 6)[0]
    hidden = torch.nn.functional.pad(1 - batch["attention_mask"], (0, 6)).bool()
    for layer, block in enumerate(model.encoder.block):
        attention = block.layer[0].SelfAttention
        x = block.layer[0].layer_norm(out.encoder_hidden_states[layer])
        q, k = attention.q(x), attention.k(x)
        for head in range(4):
            part = slice(8 * head, 8 * head + 8)
            scores = q[..., part] @ k[..., part].transpose(1, 2) + bias[head]
            weights = scores.masked_fill(hidden[:, None], float("-inf")).softmax(-1)
            torch.testing.assert_close(out.encoder_attentions[layer][:, head], weights, **CLOSE)


def test_eager_and_fused_attention_agree(model, batch):
    fused = run(model, **batch)
    model.set_attn_implementation("eager")
    eager = run(model, **batch)
    for name in LOGITS:
        torch.testing.assert_close(eager[name], fused[name], **CLOSE)


def test_pairs_pick_from_all_pairs(model, batch):
    every = run(model, **batch).line_logits
    pairs = torch.tensor([[[0, 1], [8, 3], [2, 2]], [[4, 0], [0, 4], [1, 2]]])
    some = run(model, **batch, line_pairs=pairs).line_logits
    assert some.shape == (2, 3, 3)
    for b in range(2):
        for p in range(3):
            i, j = pairs[b, p].tolist()
            torch.testing.assert_close(some[b, p], every[b, i, j], **CLOSE)


def test_line_head_is_a_bilinear_form(model, batch):
    out = run(model, **batch)
    line, x = model.heads.line, out.encoder_last_hidden_state
    weight = line.project.weight.view(2, 3, 5, 32)  # queries and keys, classes, rank, width
    line_bias = torch.arange(3.0)
    line.bias.data = line_bias
    again = run(model, **batch).line_logits
    for c in range(3):
        form = weight[0, c].T @ weight[1, c] * 5**-0.5  # (D, D)
        torch.testing.assert_close(again[0, 2, 7, c], x[0, 2] @ form @ x[0, 7] + line_bias[c], **CLOSE)


def test_given_encoder_outputs_are_decoded_without_the_heads(model, batch):
    whole = run(model, **batch)
    memory = BaseModelOutput(last_hidden_state=whole.encoder_last_hidden_state)
    kept = {name: batch[name] for name in ("attention_mask", "decoder_input_ids")}
    again = run(model, **kept, encoder_outputs=memory)
    torch.testing.assert_close(again.logits, whole.logits)
    assert again.tag_logits is None
    assert again.line_logits is None


def test_gradient_reaches_every_parameter(model, batch):
    out = model(**batch)
    sum(out[name].square().mean() for name in LOGITS).backward()
    unreached = [name for name, p in model.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0]
    assert unreached == []


def test_dropout_is_the_stages(model, batch):
    before = run(model, **batch)
    model.train()
    model.prepare_for_training(dropout=0.0)
    for name in LOGITS:  # plain attention, nothing dropped
        torch.testing.assert_close(run(model, **batch)[name], before[name], **CLOSE)
    model.prepare_for_training(dropout=0.3)
    assert not torch.allclose(run(model, **batch).logits, before.logits, atol=1e-2)
    model.eval()
    torch.testing.assert_close(run(model, **batch).logits, before.logits, **CLOSE)


def test_gradient_checkpointing_gives_the_same_gradients(model, batch):
    model.train()
    model.prepare_for_training(dropout=0.0)
    gradients = []
    for checkpointed in (False, True):
        if checkpointed:
            model.activation_checkpointing_enable()
        model.zero_grad()
        model(**batch).logits.square().mean().backward()
        gradients.append(model.encoder.page.visual.project.weight.grad.clone())
    torch.testing.assert_close(*gradients, **CLOSE)


def test_a_new_model_starts_as_its_init_says(config):
    """Through the constructor: T5's own scales too (Raffel et al.; Mesh TensorFlow's), not a default for all."""
    model = DocFormerV2(config)
    attention = model.encoder.block[1].layer[0].SelfAttention
    expected = {
        attention.q.weight: (32 * 8) ** -0.5,
        attention.k.weight: 32**-0.5,
        model.decoder.block[2].layer[2].DenseReluDense.wo.weight: 48**-0.5,
        model.shared.weight: 1,
        model.encoder.page.text_places.tables["x0"].weight: 6**-0.5,
        model.encoder.page.modality.weight: 0,
        model.heads.line.project.weight: 32**-0.5,
        model.heads.line.bias: 0,
    }
    for weight, std in expected.items():
        assert weight.std().item() == pytest.approx(std, rel=0.1)


def test_every_parameter_is_initialised_in_one_place(model, batch):
    for parameter in model.parameters():
        nn.init.constant_(parameter, float("nan"))
    for module in reversed(list(model.modules())):  # children first, as transformers does
        model._init_weights(module)
    assert [name for name, p in model.named_parameters() if not p.isfinite().all()] == []
    page = model.encoder.page
    assert not page.modality.weight.any()
    for places in (page.text_places, page.visual_places):
        six = sum(table.weight for table in places.tables.values())
        assert six.std().item() == pytest.approx(1, abs=0.05)
    assert run(model, **batch).tag_logits.isfinite().all()


def test_autocast_keeps_residual_stream_and_head_logits_in_float32(model, batch):
    exact = run(model, **batch)
    with torch.autocast("cpu", torch.bfloat16):
        out = run(model, **batch, output_hidden_states=True)
    assert {state.dtype for state in out.encoder_hidden_states + out.decoder_hidden_states} == {torch.float32}
    for name in ("tag_logits", "line_logits", "grid_logits"):
        assert out[name].dtype == torch.float32
        assert (out[name] - exact[name]).norm() < 0.05 * exact[name].norm()


def test_wrong_lengths_are_refused_with_both_numbers(model, batch):
    del batch["pixel_values"]
    with pytest.raises(UsageError, match=r"11.*9"):
        run(model, **batch | {"attention_mask": torch.ones(2, 11)})
    with pytest.raises(UsageError, match=r"513.*512"):
        run(model, input_ids=torch.ones(1, 513, dtype=torch.long))
    with pytest.raises(UsageError, match="input_ids or encoder_outputs"):
        run(model, decoder_input_ids=batch["decoder_input_ids"])


def test_tables_are_stepped_in_proportion_to_what_they_hold(model):
    """T5's own scales differ thirtyfold; AdamW's steps do not know them."""
    others, tables = muon_and_adamw(model, StageRecipe())[1].param_groups
    assert (others["share"], tables["share"]) == (1.0, TABLE_RATE)
    embedding = {id(p) for name, p in model.named_parameters() if "shared" in name or "places" in name}
    assert embedding <= {id(p) for p in tables["params"]}
    assert not embedding & {id(p) for p in others["params"]}
    deviation = {name: p.std().item() for name, p in model.named_parameters() if p.dim() == 2}
    assert deviation["shared.weight"] > 5 * deviation["encoder.block.0.layer.1.DenseReluDense.wi.weight"]
