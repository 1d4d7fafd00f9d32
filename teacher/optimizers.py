"""What steps the weights of a teacher or a student."""

from __future__ import annotations

from collections.abc import Callable

import torch

from docengine.teacher.stages import StageRecipe

TABLE_RATE = 30.0
"""Learning rate of a table whose rows have a standard deviation of about 1, as T5 draws its embeddings, to that of the
matrices, whose is a thirtieth of that: steps in proportion, as Adafactor takes them, with which T5 was trained (Shazeer
& Stern, ICML 2018, section 8)."""


def in_block(name: str) -> bool:
    """Whether a teacher's parameter is of a block, and no position bias: those are tables, not matrices."""
    return ".block." in name and "relative_attention_bias" not in name


def in_table(name: str) -> bool:
    """Whether a teacher's parameter embeds tokens, places or modalities."""
    return name.startswith("shared.") or "_places." in name or ".modality." in name


def muon_and_adamw(
    model: torch.nn.Module,
    plan: StageRecipe,
    matrix: Callable[[str], bool] = in_block,
    table: Callable[[str], bool] = in_table,
) -> list[torch.optim.Optimizer]:
    """Muon (Jordan et al., 2024) for each `matrix`, AdamW for all else, with `TABLE_RATE` for each `table`.

    Both take AdamW's rates. Only what Muon steps is decayed.
    """
    matrices: list[torch.nn.Parameter] = []
    tables: list[torch.nn.Parameter] = []
    others: list[torch.nn.Parameter] = []
    for name, parameter in model.named_parameters():
        kind = matrices if matrix(name) and parameter.dim() == 2 else tables if table(name) else others
        kind.append(parameter)
    rate, decay = plan.learning_rate, plan.weight_decay
    groups = [{"params": others, "share": 1.0}, {"params": tables, "share": TABLE_RATE}]
    return [
        torch.optim.Muon(matrices, lr=rate, weight_decay=decay, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW([group for group in groups if group["params"]], lr=rate, weight_decay=0.0, betas=(0.9, 0.98)),
    ]
