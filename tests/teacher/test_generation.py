from __future__ import annotations

import pytest
import torch

from docengine.teacher import DocFormerV2

STEPS = 7
PAGE = ("input_ids", "boxes", "attention_mask", "pixel_values")


@pytest.fixture
def page(model: DocFormerV2, batch: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Steeper decoder weights, so that tokens differ from step to step."""
    torch.manual_seed(5)
    for name, parameter in model.decoder.named_parameters():
        if "block" in name and parameter.dim() == 2:
            torch.nn.init.normal_(parameter, std=0.5)
    return {name: batch[name] for name in PAGE}


def step_by_step(model: DocFormerV2, page: dict[str, torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    """(B, 1 + STEPS) ids by argmax and (STEPS, B, vocabulary) logits, the whole model run anew for each token."""
    ids, logits = torch.zeros(2, 1, dtype=torch.long), []
    for _ in range(STEPS):
        with torch.no_grad():
            logits.append(model(**page, decoder_input_ids=ids).logits[:, -1])
        ids = torch.cat([ids, logits[-1].argmax(-1, keepdim=True)], dim=1)
    return ids, torch.stack(logits)


@pytest.mark.parametrize("use_cache", [True, False])
def test_generation_is_step_by_step_argmax(model, page, use_cache):
    ids, logits = step_by_step(model, page)
    assert len(set(ids[0].tolist())) > 2  # else the test would say little
    out = model.generate(
        **page,
        max_new_tokens=STEPS,
        eos_token_id=None,
        use_cache=use_cache,
        output_logits=True,
        return_dict_in_generate=True,
    )
    assert torch.equal(out.sequences, ids)
    torch.testing.assert_close(torch.stack(out.logits), logits, rtol=1e-3, atol=1e-4)
    assert (out.past_key_values is not None) == use_cache


def test_generation_stops_at_the_end_token_and_pads(model, page):
    free = model.generate(**page, max_new_tokens=STEPS, eos_token_id=None)
    end = int(free[0, 3])
    stopped = model.generate(**page, max_new_tokens=STEPS, eos_token_id=end)
    first = free[0].tolist().index(end)
    assert stopped[0, : first + 1].tolist() == free[0, : first + 1].tolist()
    assert not stopped[0, first + 1 :].any()


def test_beams_read_the_right_page(model, page):
    together = model.generate(**page, max_new_tokens=4, num_beams=3, eos_token_id=None)
    for b in range(2):
        alone = model.generate(
            **{name: values[b : b + 1] for name, values in page.items()},
            max_new_tokens=4,
            num_beams=3,
            eos_token_id=None,
        )
        assert together[b].tolist() == alone[0].tolist()


def test_labels_are_shifted_right(model):
    labels = torch.tensor([[5, 6, 1, -100]])
    assert model.prepare_decoder_input_ids_from_labels(labels).tolist() == [[0, 5, 6, 1]]
