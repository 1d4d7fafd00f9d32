"""Both adapters under the same tests: over a driver in the host's memory, and over the real one of a GPU."""

import sys
import threading
from importlib.util import find_spec

import fake_cuda
import numpy as np
import pytest

from docengine.engine.backends.tensorrt import driver
from docengine.engine.backends.tensorrt.memory import ADAPTERS, PACKAGES, open_cuda
from docengine.errors import BackendFailed, BackendUnavailable

FAKES = {"cuda-bindings": fake_cuda.cuda_bindings, "pycuda": fake_cuda.pycuda}


@pytest.fixture(params=[(adapter, real) for adapter in PACKAGES for real in (False, True)], ids=str)
def cuda(request, monkeypatch):
    adapter, real = request.param
    if not real:
        modules, memory = FAKES[adapter]()
        for name, module in modules.items():
            monkeypatch.setitem(sys.modules, name, module)
        monkeypatch.delitem(sys.modules, f"docengine.engine.backends.tensorrt.{ADAPTERS[adapter]}", raising=False)
    elif find_spec(PACKAGES[adapter]) is None:
        pytest.skip(f"{adapter} is not installed")
    else:
        try:
            driver.gpus()
        except BackendUnavailable as error:
            pytest.skip(str(error))
    cuda = open_cuda(adapter, 0)
    yield cuda
    cuda.close()
    if not real:
        assert memory.contexts == [] and memory.blocks == {}
        del sys.modules[f"docengine.engine.backends.tensorrt.{ADAPTERS[adapter]}"]


def test_what_goes_up_comes_down(cuda):
    with cuda.current():
        stream = cuda.stream()
        source, target = (cuda.pinned((3, 5), np.dtype(np.int64)) for _ in range(2))
        source[...] = np.arange(15).reshape(3, 5)
        target.fill(0)
        address = cuda.allocate(source.nbytes)
        cuda.upload(address, source, stream)
        cuda.download(target, address, stream)
        cuda.synchronise(stream)
        assert (target == source).all()
        if cuda.captures:
            launch = cuda.capture(
                lambda: (cuda.upload(address, source, stream), cuda.download(target, address, stream)), stream
            )
            source += 1
            launch()
            cuda.synchronise(stream)
            assert (target == source).all()
        cuda.free(address)


def test_too_much_memory_is_an_error_and_the_next_works(cuda):
    with cuda.current():
        with pytest.raises(BackendFailed, match="out of memory"):
            cuda.allocate(1 << 50)
        cuda.free(cuda.allocate(1 << 20))


def test_the_primary_context_is_used_from_every_thread(cuda):
    addresses = []

    def work():
        with cuda.current():
            addresses.append(cuda.allocate(1000))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(addresses)) == 4
    with cuda.current():
        for address in addresses:
            cuda.free(address)


def test_an_adapter_says_whether_it_records(cuda):
    if cuda.captures:
        assert cuda.name == "cuda-bindings"
        return
    with cuda.current(), pytest.raises(BackendFailed, match="pycuda cannot record CUDA graphs; cuda-bindings can"):
        cuda.capture(lambda: None, cuda.stream())
