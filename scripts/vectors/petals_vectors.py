#!/usr/bin/env python3
"""Writes Tests/PetalsClientTests/Vectors/requests.json: the messages that Petals' own client sends.

Needs: petals==2.2.0.post1 and what scripts/check-petals.py names."""
import asyncio
import json
import pathlib
import types

import hivemind_compat  # noqa: F401
import torch
from hivemind.moe.client.remote_expert_worker import RemoteExpertWorker
from hivemind.proto import runtime_pb2
from hivemind.utils import MSGPackSerializer
from hivemind.utils.tensor_descr import BatchTensorDescriptor
from petals.client.config import ClientConfig
from petals.client.inference_session import _ServerInferenceSession
from petals.client.remote_forward_backward import run_remote_backward, run_remote_forward
from petals.client.routing.spending_policy import NoSpendingPolicy
from petals.utils.misc import DUMMY, DUMMY_INT64
from petals.utils.packaging import pack_args_kwargs

ROOT = pathlib.Path(__file__).resolve().parents[2]
UIDS = "tiny-hf.2 tiny-hf.3"
WIDTH = 4


class Stub:
    """Takes the request and answers its first tensor."""

    def __init__(self):
        self.requests = []

    async def answer(self, request, timeout=None):
        self.requests.append(request.SerializeToString().hex())
        return runtime_pb2.ExpertResponse(tensors=[request.tensors[0]])

    rpc_forward = rpc_backward = answer


def session(steps, info, adapter):
    """The messages of one session whose steps have these states."""
    config = ClientConfig(initial_peers=[], use_server_to_server=False)
    made = _ServerInferenceSession(
        config, None, UIDS, info, object(), object(), max_length=16, points=NoSpendingPolicy().get_points("rpc_inference"),
        active_adapter=adapter, args_structure=None)
    made.session_id = "session"
    requests = []

    async def step(request):
        requests.append(request.SerializeToString().hex())
        made.stepped = True
        return runtime_pb2.ExpertResponse(tensors=[request.tensors[0]])

    made._step = step
    for number, states in enumerate(steps):
        made.step(states, DUMMY, DUMMY_INT64, step_id=f"step {number}")
    made.close = lambda: None
    return requests


def main():
    states = BatchTensorDescriptor(1, 2048, WIDTH, dtype=torch.float32)
    info = {
        "forward_schema": ((states,), {}), "outputs_schema": (states,), "keyword_names": (),
        "inference_schema": ((states, BatchTensorDescriptor.from_tensor(DUMMY), BatchTensorDescriptor.from_tensor(DUMMY_INT64)), {})}
    RemoteExpertWorker.run_coroutine = staticmethod(lambda coroutine, return_future=False: asyncio.run(coroutine))
    values = torch.tensor([[[1.5, -2.0, 0.25, 1e-30], [3.0, 4.0, -5.0, 65504.0]]])
    gradient = torch.tensor([[[0.5, 1.0, -1.0, 2.0], [0.0, -0.0, 1e30, 8.0]]])

    def metadata(*tensors):
        flat, structure = pack_args_kwargs(*tensors)
        return flat, MSGPackSerializer.dumps(dict(points=0.0, active_adapter=None, args_structure=structure))

    stub, config = Stub(), types.SimpleNamespace(request_timeout=10)
    flat, said = metadata(values, DUMMY)
    asyncio.run(run_remote_forward(UIDS, stub, info, *flat, config=config, metadata=said))
    flat, said = metadata(values, gradient, DUMMY)
    asyncio.run(run_remote_backward(UIDS, stub, info, *flat, config=config, metadata=said))
    result = {
        "uids": UIDS, "states": values.flatten().tolist(), "gradient": gradient.flatten().tolist(), "maximum_length": 16,
        "adapter": "owner/adapter",
        "session": session([values, gradient[:, :1]], info, None), "with_adapter": session([values], info, "owner/adapter"),
        "forward": stub.requests[0], "backward": stub.requests[1],
        "end": runtime_pb2.ExpertRequest().SerializeToString().hex(),
    }
    path = ROOT / "Tests/PetalsClientTests/Vectors/requests.json"
    path.write_text(json.dumps(result, indent=1) + "\n")
    print(f"{path.relative_to(ROOT)}: {len(path.read_text())} bytes")


if __name__ == "__main__":
    main()
