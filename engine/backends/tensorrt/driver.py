"""The NVIDIA driver, asked through ctypes: which GPUs there are.

Nothing of TensorRT may be constructed before `gpu` has answered: without a driver its runtime ends the process.
"""

from __future__ import annotations

import ctypes
import re
import sys
from dataclasses import dataclass

from docengine.errors import BackendUnavailable

LIBRARY = "nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"
CAPABILITY_MAJOR, CAPABILITY_MINOR, MULTIPROCESSORS = 75, 76, 16
"""CUdevice_attribute, of cuda.h."""
REASONS = {3: "it is not initialised", 34: "it is a stub", 100: "it finds no GPU", 803: "it is too old for its GPU"}
"""CUresult, of cuda.h."""


@dataclass(frozen=True)
class Gpu:
    """What a plan is built for, beside the version of TensorRT."""

    index: int
    name: str
    capability: str
    """Compute capability, such as `9.0`."""
    multiprocessors: int
    driver: str
    """Newest CUDA version that the driver speaks, such as `13.0`; it moves with the driver's own major version."""

    @property
    def major(self) -> int:
        return int(self.capability.split(".")[0])


def gpus() -> list[Gpu]:
    """All GPUs that CUDA_VISIBLE_DEVICES leaves visible; BackendUnavailable says why there is none."""
    try:
        cuda = ctypes.CDLL(LIBRARY)
    except OSError as error:
        raise BackendUnavailable(
            f"no NVIDIA driver here ({LIBRARY} is not found): install it, or use the CPU"
        ) from error
    code = cuda.cuInit(0)
    if code:
        reason = REASONS.get(code, "see CUresult in CUDA's documentation")
        raise BackendUnavailable(
            f"the NVIDIA driver does not start (cuInit: {code}, {reason}): mend it, or use the CPU"
        )
    version, count = ctypes.c_int(), ctypes.c_int()
    cuda.cuDriverGetVersion(ctypes.byref(version))
    cuda.cuDeviceGetCount(ctypes.byref(count))
    driver = f"{version.value // 1000}.{version.value % 1000 // 10}"
    return [_described(cuda, index, driver) for index in range(count.value)]


def gpu(device: str, backend: str) -> Gpu:
    """The GPU that `device` names, `cuda` being `cuda:0`; BackendUnavailable where there is none of that number."""
    named = re.fullmatch(r"cuda(?::(\d+))?", device)
    if not named:
        raise BackendUnavailable(f"backend {backend!r} runs on a GPU, device='cuda:0', not on {device!r}")
    found, index = gpus(), int(named[1] or 0)
    if index >= len(found):
        known = ", ".join(f"cuda:{each.index} ({each.name})" for each in found) or "none"
        raise BackendUnavailable(f"there is no {device}; visible here: {known}")
    return found[index]


def _described(cuda: ctypes.CDLL, index: int, driver: str) -> Gpu:
    handle, name = ctypes.c_int(), ctypes.create_string_buffer(256)
    cuda.cuDeviceGet(ctypes.byref(handle), index)
    cuda.cuDeviceGetName(name, len(name), handle)

    def attribute(number: int) -> int:
        value = ctypes.c_int()
        cuda.cuDeviceGetAttribute(ctypes.byref(value), number, handle)
        return value.value

    capability = f"{attribute(CAPABILITY_MAJOR)}.{attribute(CAPABILITY_MINOR)}"
    return Gpu(index, name.value.decode(errors="replace"), capability, attribute(MULTIPROCESSORS), driver)
