"""What steps a teacher's weights."""

from __future__ import annotations

import torch

from docengine.teacher.model import DocFormerV2
from docengine.teacher.stages import StageRecipe


def muon_and_adamw(model: DocFormerV2, plan: StageRecipe) -> list[torch.optim.Optimizer]:
    """Muon (Jordan et al., 2024) for the blocks' matrices, AdamW for all else; both take AdamW's rates.

    Position biases are tables, not matrices. Only what Muon steps is decayed.
    """
    matrices: list[torch.nn.Parameter] = []
    others: list[torch.nn.Parameter] = []
    for name, parameter in model.named_parameters():
        is_matrix = ".block." in name and parameter.dim() == 2 and "relative_attention_bias" not in name
        (matrices if is_matrix else others).append(parameter)
    rate, decay = plan.learning_rate, plan.weight_decay
    return [
        torch.optim.Muon(matrices, lr=rate, weight_decay=decay, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(others, lr=rate, weight_decay=0.0, betas=(0.9, 0.98)),
    ]
