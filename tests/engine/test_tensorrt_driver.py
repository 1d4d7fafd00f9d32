"""The driver's probe, and adapters where there is no driver. What could end a process runs in one of its own."""

import ctypes
import subprocess
import sys
from importlib.util import find_spec

import pytest

from docengine.engine.backends.tensorrt import driver
from docengine.engine.backends.tensorrt.memory import failure, open_cuda
from docengine.errors import BackendUnavailable


class FakeDriver:
    """libcuda with two GPUs."""

    names = (b"Fake H200", b"Fake RTX 4090")
    attributes = ({75: 9, 76: 0, 16: 132}, {75: 8, 76: 9, 16: 128})

    def __init__(self, code=0):
        self.code = code

    def cuInit(self, flags):  # noqa: N802
        return self.code

    def cuDriverGetVersion(self, version):  # noqa: N802
        version._obj.value = 12080

    def cuDeviceGetCount(self, count):  # noqa: N802
        count._obj.value = len(self.names)

    def cuDeviceGet(self, handle, index):  # noqa: N802
        handle._obj.value = index

    def cuDeviceGetName(self, name, size, handle):  # noqa: N802
        name.value = self.names[handle.value]

    def cuDeviceGetAttribute(self, value, number, handle):  # noqa: N802
        value._obj.value = self.attributes[handle.value][number]


def test_gpus_are_described(monkeypatch):
    monkeypatch.setattr(ctypes, "CDLL", lambda name: FakeDriver())
    first, second = driver.gpus()
    assert first == driver.Gpu(0, "Fake H200", "9.0", 132, "12.8")
    assert (second.name, second.capability, second.multiprocessors) == ("Fake RTX 4090", "8.9", 128)
    assert driver.gpu("cuda", "tensorrt") == first and driver.gpu("cuda:1", "tensorrt") == second
    for wrong, message in (("cuda:2", "visible here: cuda:0"), ("gpu", "not on 'gpu'"), ("cuda:x", "not on 'cuda:x'")):
        with pytest.raises(BackendUnavailable, match=message):
            driver.gpu(wrong, "tensorrt")


@pytest.mark.parametrize(
    ("code", "reason"), [(100, "it finds no GPU"), (803, "too old"), (34, "a stub"), (5, "see CUresult")]
)
def test_a_driver_that_does_not_start_says_why(monkeypatch, code, reason):
    monkeypatch.setattr(ctypes, "CDLL", lambda name: FakeDriver(code))
    with pytest.raises(BackendUnavailable, match=rf"does not start \(cuInit: {code}, .*{reason}"):
        driver.gpus()


def test_no_driver_is_said(monkeypatch):
    def missing(name):
        raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr(ctypes, "CDLL", missing)
    with pytest.raises(BackendUnavailable, match="no NVIDIA driver here"):
        driver.gpus()


@pytest.mark.parametrize("backend", ["tensorrt", "tensorrt-rtx"])
def test_asking_for_a_gpu_that_may_not_be_there_never_ends_the_process(backend):
    code = f"""
from docengine import DocengineError, Engine
try:
    Engine.load(backend={backend!r}, device="cuda:0", ocr="off")
except DocengineError as error:
    print(type(error).__name__, error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(("BackendUnavailable", "BackendFailed")) or not done.stdout


@pytest.mark.parametrize(("adapter", "package"), [("cuda-bindings", "cuda"), ("pycuda", "pycuda")])
def test_an_adapter_that_cannot_start_names_its_mend(adapter, package):
    if find_spec(package):
        try:
            driver.gpus()
        except BackendUnavailable:
            pass
        else:
            pytest.skip("there is a GPU: test_tensorrt_gpu.py runs the adapters")
    with pytest.raises(BackendUnavailable, match=rf"{adapter} does not start .*pip install 'docengine\["):
        open_cuda(adapter, 0)
    with pytest.raises(BackendUnavailable, match="known: cuda-bindings, pycuda"):
        open_cuda("cupy", 0)


def test_errors_of_cuda_are_told_apart():
    assert "out of memory" in str(failure(2, "CUDA_ERROR_OUT_OF_MEMORY"))
    assert "the GPU was lost (CUDA_ERROR_LAUNCH_FAILED): start the process anew" in str(
        failure(719, "CUDA_ERROR_LAUNCH_FAILED")
    )
    assert str(failure(900, "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED")).startswith("CUDA failed: CUDA_ERROR_STREAM")
