"""The real TensorRT through both adapters, where there is a GPU."""

from importlib.util import find_spec

import numpy as np
import pytest
from fake_tensorrt import tiny_graph, tiny_page

from docengine.engine.backends import open_backend
from docengine.engine.backends.onnxruntime import OnnxRuntimeBackend
from docengine.engine.backends.tensorrt import driver
from docengine.engine.backends.tensorrt.compiling import Bench, compile_graph
from docengine.engine.backends.tensorrt.library import MODULES, open_library
from docengine.engine.backends.tensorrt.memory import PACKAGES, open_cuda
from docengine.engine.backends.tensorrt.network import Order
from docengine.engine.backends.tensorrt.profiles import Bucket
from docengine.engine.bundle import Bundle, sha256
from docengine.errors import BackendFailed, BackendUnavailable


def why_not():
    try:
        return "" if driver.gpus() else "no GPU"
    except BackendUnavailable as error:
        return str(error)


pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not() or "there is a GPU")
BUCKETS = (Bucket(8, 1), Bucket(16, 4))


@pytest.fixture(params=PACKAGES)
def cuda(request):
    if find_spec(PACKAGES[request.param]) is None:
        pytest.skip(f"{request.param} is not installed")
    cuda = open_cuda(request.param, 0)
    yield cuda
    cuda.close()


@pytest.mark.parametrize("name", MODULES)
def test_a_plan_is_built_verified_kept_and_run(name, cuda, tmp_path, monkeypatch):
    try:
        library = open_library(name)
    except BackendUnavailable as error:
        pytest.skip(str(error))
    monkeypatch.setenv("DOCENGINE_HOME", str(tmp_path / "home"))
    (tmp_path / "manifest.json").write_text("{}")
    graph = tiny_graph(tmp_path / "encoder.trt.fp16.onnx")
    bundle = Bundle(tmp_path, {"name": "tiny", "files": [{"path": graph.name, "size": 1, "sha256": sha256(graph)}]})
    reference = OnnxRuntimeBackend(graph, "cpu", 1)
    order = Order(graph, "fp16", BUCKETS)
    bench = Bench(library, driver.gpus()[0], lambda: open_cuda(cuda.name, 0), reference, [tiny_page(5)])
    assert compile_graph(order, bench).rebuilt and not compile_graph(order, bench).rebuilt
    backend = open_backend(f"{name}:fp16,{cuda.name}", bundle, "cuda:0")
    for words, batch, seed in ((3, 1, 0), (8, 1, 1), (16, 4, 2), (2, 9, 3), (3, 1, 4)):
        page = tiny_page(words, batch, seed)
        given, wanted = backend.run(page), reference.run(page)
        for output, array in wanted.items():
            np.testing.assert_allclose(given[output], array, atol=0.05)
    with pytest.raises(BackendFailed, match="longer than every profile"):
        backend.run(tiny_page(17))
    backend.close()
