"""What a student can start with of a teacher's weights.

D width of the student and the teacher, I the teacher's heads together.
"""

from __future__ import annotations

from typing import Any

import torch

from docengine.distill.student import Student
from docengine.distill.teacher_losses import uniform_layers
from docengine.errors import UsageError
from docengine.teacher.model import DocFormerV2


@torch.no_grad()
def take_layers(student: Student, teacher: DocFormerV2) -> list[str]:
    """Give `student` what fits it of evenly spread layers of `teacher`; the names of the tensors that it took.

    Attention matrices and norms, and the feed-forward matrices where the teacher's are gated too and as wide. Where the
    student has fewer heads, some of the teacher's are joined into one, whose scores are the sum of theirs. What the
    student has otherwise stays as it was: its embeddings are of words and not of tokens, its position biases know rows
    and columns, its heads are another model's. So this is a start for training, no copy: untrained it computes nothing
    of use. UsageError where the widths differ, which leaves nothing that fits.
    """
    config, D = teacher.config, student.config.width
    inner = config.num_heads * config.d_kv
    if config.d_model != D or inner != D:
        raise UsageError(
            f"distil.initialise: the student is {D} wide, the teacher {config.d_model} with heads of {inner} together: "
            "leave it out, or give both one width"
        )
    took = []
    for number, place in enumerate(uniform_layers(student.config.layers, config.num_layers)):
        taken = _take_layer(student.layers[number], teacher.encoder.block[place - 1])
        took += [f"layers.{number}.{name}" for name in taken]
    return took


def _take_layer(layer: Any, block: Any) -> list[str]:
    attention, feed_forward = block.layer[0].SelfAttention, block.layer[1].DenseReluDense
    scale = (layer.out.in_features // layer.heads) ** 0.5  # T5 does not scale scores, the student does
    layer.qkv.weight.copy_(torch.cat([attention.q.weight * scale, attention.k.weight, attention.v.weight]))
    layer.out.weight.copy_(attention.o.weight)
    layer.norm1.weight.copy_(block.layer[0].layer_norm.weight)
    layer.norm2.weight.copy_(block.layer[1].layer_norm.weight)
    taken = ["qkv", "out", "norm1", "norm2"]
    if hasattr(feed_forward, "wi_0") and feed_forward.wi_0.out_features == layer.wo.in_features:
        layer.wi.weight.copy_(torch.cat([feed_forward.wi_0.weight, feed_forward.wi_1.weight]))
        layer.wo.weight.copy_(feed_forward.wo.weight)
        taken += ["wi", "wo"]
    return [f"{name}.weight" for name in taken]
