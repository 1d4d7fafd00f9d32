"""What steps the weights of a teacher or a student."""

from __future__ import annotations

from collections.abc import Callable

import torch

from docengine.teacher.stages import StageRecipe


def in_block(name: str) -> bool:
    """Whether a teacher's parameter is of a block, and no position bias: those are tables, not matrices."""
    return ".block." in name and "relative_attention_bias" not in name


def muon_and_adamw(
    model: torch.nn.Module, plan: StageRecipe, chosen: Callable[[str], bool] = in_block
) -> list[torch.optim.Optimizer]:
    """Muon (Jordan et al., 2024) for the `chosen` matrices, AdamW for all else; both take AdamW's rates.

    Only what Muon steps is decayed.
    """
    matrices: list[torch.nn.Parameter] = []
    others: list[torch.nn.Parameter] = []
    for name, parameter in model.named_parameters():
        (matrices if chosen(name) and parameter.dim() == 2 else others).append(parameter)
    rate, decay = plan.learning_rate, plan.weight_decay
    return [
        torch.optim.Muon(matrices, lr=rate, weight_decay=decay, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(others, lr=rate, weight_decay=0.0, betas=(0.9, 0.98)),
    ]
