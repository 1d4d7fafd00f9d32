"""docengine.teacher: DocFormerv2 and what trains it. Names load on first use, since torch is heavy."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docengine.teacher.config import DocFormerV2Config
    from docengine.teacher.cost import count_parameters, flops_per_page
    from docengine.teacher.model import DocFormerV2, DocFormerV2Output

__all__ = ["DocFormerV2", "DocFormerV2Config", "DocFormerV2Output", "count_parameters", "flops_per_page"]

_HOMES = {
    "DocFormerV2": "model",
    "DocFormerV2Config": "config",
    "DocFormerV2Output": "model",
    "count_parameters": "cost",
    "flops_per_page": "cost",
}


def __getattr__(name: str) -> object:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"docengine.teacher.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
