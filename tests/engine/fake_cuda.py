"""The driver as `cuda.bindings` and `pycuda` show it, in the host's memory: the calls that the adapters make."""

from __future__ import annotations

import ctypes
import enum
from types import ModuleType, SimpleNamespace

import numpy as np

CONTEXT, STREAM = 0x11, 0x77
ROOM = 1 << 40


class CUresult(enum.IntEnum):
    CUDA_SUCCESS = 0
    CUDA_ERROR_OUT_OF_MEMORY = 2
    CUDA_ERROR_INVALID_CONTEXT = 201


class Memory:
    """Blocks by address, which contexts are current, what is being recorded."""

    def __init__(self):
        self.blocks, self.contexts, self.recorded = {}, [], None

    def take(self, size):
        block = np.zeros(size, np.uint8)
        self.blocks[block.ctypes.data] = block
        return block.ctypes.data

    def copy(self, target, source, size, stream):
        assert self.contexts and stream == STREAM
        if self.recorded is None:
            ctypes.memmove(target, source, size)
        else:
            self.recorded.append((target, source, size))


def cuda_bindings():
    """Modules `cuda`, `cuda.bindings` by name, and their memory. Every call gives a tuple, its CUresult first."""
    memory, done = Memory(), CUresult.CUDA_SUCCESS
    driver = ModuleType("cuda.bindings.driver")

    def allocate(size):
        return (CUresult.CUDA_ERROR_OUT_OF_MEMORY, None) if size > ROOM else (done, memory.take(size))

    def begin(stream, mode):
        memory.recorded = []
        return (done,)

    def end(stream):
        graph, memory.recorded = memory.recorded, None
        return done, graph

    def launch(graph, stream):
        for target, source, size in graph:
            memory.copy(target, source, size, stream)
        return (done,)

    def copy(target, source, size, stream):
        if not memory.contexts:
            return (CUresult.CUDA_ERROR_INVALID_CONTEXT,)
        memory.copy(target, source, size, stream)
        return (done,)

    def free(address):
        del memory.blocks[address]
        return (done,)

    calls = {
        "CUresult": CUresult,
        "CUstream_flags": enum.IntEnum("CUstream_flags", {"CU_STREAM_NON_BLOCKING": 1}),
        "CUstreamCaptureMode": enum.IntEnum("Mode", {"CU_STREAM_CAPTURE_MODE_THREAD_LOCAL": 1}),
        "cuInit": lambda flags: (done,),
        "cuDeviceGet": lambda index: (done, index),
        "cuDevicePrimaryCtxRetain": lambda device: (done, CONTEXT),
        "cuDevicePrimaryCtxRelease": lambda device: (done,),
        "cuCtxPushCurrent": lambda context: (memory.contexts.append(context), (done,))[1],
        "cuCtxPopCurrent": lambda: (done, memory.contexts.pop()),
        "cuStreamCreate": lambda flags: (done, STREAM),
        "cuStreamDestroy": lambda stream: (done,),
        "cuStreamSynchronize": lambda stream: (done,),
        "cuMemAlloc": allocate,
        "cuMemFree": free,
        "cuMemHostAlloc": lambda size, flags: allocate(size),
        "cuMemFreeHost": free,
        "cuMemcpyHtoDAsync": copy,
        "cuMemcpyDtoHAsync": copy,
        "cuStreamBeginCapture": begin,
        "cuStreamEndCapture": end,
        "cuGraphInstantiate": lambda graph, flags: (done, graph),
        "cuGraphDestroy": lambda graph: (done,),
        "cuGraphExecDestroy": lambda graph: (done,),
        "cuGraphLaunch": launch,
    }
    vars(driver).update(calls)
    bindings = ModuleType("cuda.bindings")
    bindings.driver = driver
    return {"cuda": ModuleType("cuda"), "cuda.bindings": bindings, "cuda.bindings.driver": driver}, memory


def pycuda():
    """Modules `pycuda`, `pycuda.driver` by name, and their memory. Calls give their result, or raise."""
    memory = Memory()
    driver = ModuleType("pycuda.driver")

    class Error(Exception):
        pass

    class OutOfMemory(Error):
        pass

    class LaunchError(Error):
        pass

    class Allocation(int):
        def free(self):
            del memory.blocks[int(self)]

    class Context:
        @staticmethod
        def pop():
            memory.contexts.pop()

        def push(self):
            memory.contexts.append(CONTEXT)

        def detach(self):
            pass

    def mem_alloc(size):
        if size > ROOM:
            raise OutOfMemory("cuMemAlloc failed: out of memory")
        return Allocation(memory.take(size))

    def copy_in(dest, src, stream):
        memory.copy(dest, src.ctypes.data, src.nbytes, stream.handle)

    def copy_out(dest, src, stream):
        memory.copy(dest.ctypes.data, src, dest.nbytes, stream.handle)

    vars(driver).update(
        Error=Error,
        MemoryError=OutOfMemory,
        LaunchError=LaunchError,
        Context=Context,
        init=lambda: None,
        Device=lambda index: SimpleNamespace(retain_primary_context=Context),
        Stream=lambda flags: SimpleNamespace(handle=STREAM, synchronize=lambda: None),
        mem_alloc=mem_alloc,
        pagelocked_empty=np.empty,
        memcpy_htod_async=copy_in,
        memcpy_dtoh_async=copy_out,
    )
    package = ModuleType("pycuda")
    package.driver = driver
    return {"pycuda": package, "pycuda.driver": driver}, memory
