"""Checkpoints on disk: what architecture a folder holds, and a T5 to start from. Local folders and safetensors only."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from transformers import T5Config, T5ForConditionalGeneration

from docengine.errors import CheckpointError
from docengine.teacher.config import DocFormerV2Config

SHAPED = (
    "vocab_size",
    "d_model",
    "d_kv",
    "d_ff",
    "num_layers",
    "num_decoder_layers",
    "num_heads",
    "relative_attention_num_buckets",
    "feed_forward_proj",
)
"""Fields that say which tensors a T5 has and of what shape."""
SCALARS = ("relative_attention_max_distance", "layer_norm_epsilon", "dropout_rate", "pad_token_id", "eos_token_id")
LOCAL: dict[str, Any] = {"local_files_only": True, "use_safetensors": True}
"""Arguments of `from_pretrained` that keep it off the network and away from pickles."""


def require_model_type(folder: str | Path, wanted: str) -> None:
    """CheckpointError unless `folder` holds a checkpoint whose config.json says `wanted`."""
    path = Path(folder) / "config.json"
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CheckpointError(f"no checkpoint in {folder}: config.json: {_one_line(error)}") from error
    found = config.get("model_type") if isinstance(config, dict) else None
    if found != wanted:
        raise CheckpointError(f"{folder} holds a checkpoint of architecture {found!r}, wanted {wanted!r}")


def read_t5(folder: str | Path) -> T5ForConditionalGeneration:
    """The T5 in `folder`; CheckpointError where it is no complete T5 v1.0 with a tied output layer."""
    require_model_type(folder, T5Config.model_type)
    t5, report = loaded(T5ForConditionalGeneration.from_pretrained, folder, output_loading_info=True)
    if report["missing_keys"]:
        missing = sorted(report["missing_keys"])
        raise CheckpointError(f"{folder} lacks {len(missing)} tensors of an encoder-decoder T5, first {missing[0]}")
    if t5.lm_head.weight is not t5.shared.weight:
        raise CheckpointError(f"{folder} has an output layer of its own (T5 v1.1), wanted T5 v1.0, which ties it")
    return t5


def loaded(load: Callable[..., Any], folder: str | Path, *args: Any, **kwargs: Any) -> Any:
    """`load`, some `from_pretrained`, on a local folder of safetensors; CheckpointError where it cannot be read."""
    from safetensors import SafetensorError

    try:
        return load(folder, *args, **{**kwargs, **LOCAL})
    except (OSError, SafetensorError) as error:
        raise CheckpointError(f"cannot read the checkpoint in {folder}: {_one_line(error)}") from error


def config_of_t5(t5: T5Config) -> DocFormerV2Config:
    """A DocFormerv2 of the T5's sizes."""
    return DocFormerV2Config(**{name: getattr(t5, name) for name in SHAPED + SCALARS})


def require_fit(config: DocFormerV2Config, t5: T5Config, folder: str | Path) -> None:
    """CheckpointError that names both values of the first size in which `config` and the T5 differ."""
    for name in SHAPED:
        wanted, found = getattr(config, name), getattr(t5, name)
        if wanted != found:
            raise CheckpointError(f"the T5 in {folder} has {name} {found}, the config asks for {wanted}")


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
