#!/usr/bin/env python3
"""Writes Tests/PetalsServerTests/Vectors/messages.json: what Petals' own server says, and what is said to it.

Needs: petals==2.2.0.post1 and what scripts/check-petals.py names."""
import json
import pathlib

import hivemind_compat  # noqa: F401
import torch
from hivemind.compression import serialize_torch_tensor
from hivemind.proto import runtime_pb2
from hivemind.utils import MSGPackSerializer
from hivemind.utils.streaming import split_for_streaming
from hivemind.utils.tensor_descr import BatchTensorDescriptor
from petals.data_structures import ModelInfo, ServerInfo, ServerState

ROOT = pathlib.Path(__file__).resolve().parents[2]


def main():
    full = ServerInfo(
        state=ServerState.ONLINE, throughput=12.5, start_block=2, end_block=5, public_name="somebody", version="2.2.0.post1", network_rps=100.5,
        forward_rps=2000.25, inference_rps=33.0, adapters=("a/b", "polai-head"), torch_dtype="float32", quant_type="none", using_relay=False,
        cache_tokens_left=4096, next_pings={"12D3KooWA": 0.25, "QmB": float("inf")})
    bare = ServerInfo(state=ServerState.JOINING, throughput=0.0)
    states = BatchTensorDescriptor(1, 2048, 64, dtype=torch.float32)
    info = {
        "version": "2.2.0", "dht_client_mode": False, "cache_tokens_available": 512, "forward_schema": ((states,), {}),
        "outputs_schema": (states,), "keyword_names": (),
        "inference_schema": ((states, BatchTensorDescriptor((), dtype=torch.float32), BatchTensorDescriptor((), dtype=torch.int64)), {})}
    values = torch.tensor([[[1.5, -2.0], [0.25, 3.0]]])
    tensor = serialize_torch_tensor(values)
    metadata = dict(
        session_id="session", step_id="step", max_length=16, points=0.0, active_adapter="a/b",
        next_servers=[("QmB", "next", 5, 8)], args_structure=((b"__T0", b"__T2", b"__T1"), {}), pushed=True, output_compression=(2,))
    request = runtime_pb2.ExpertRequest(
        uid="tiny-hf.2 tiny-hf.3", tensors=[tensor, serialize_torch_tensor(torch.tensor([1, 0])), serialize_torch_tensor(torch.empty(0))],
        metadata=MSGPackSerializer.dumps(metadata))
    result = {
        "full": MSGPackSerializer.dumps(full.to_tuple()).hex(), "bare": MSGPackSerializer.dumps(bare.to_tuple()).hex(),
        "model": MSGPackSerializer.dumps(ModelInfo(num_blocks=30, repository="https://huggingface.co/a/b").to_dict()).hex(),
        "private_model": MSGPackSerializer.dumps(ModelInfo(num_blocks=4).to_dict()).hex(),
        "info": runtime_pb2.ExpertInfo(serialized_info=MSGPackSerializer.dumps(info)).SerializeToString().hex(),
        "server_only": MSGPackSerializer.dumps(dict(list(info.items())[:3])).hex(),
        "uid": runtime_pb2.ExpertUID(uid="tiny-hf.0").SerializeToString().hex(),
        "request": request.SerializeToString().hex(),
        "response": runtime_pb2.ExpertResponse(tensors=[tensor]).SerializeToString().hex(),
        "parts": [part.SerializeToString().hex() for part in split_for_streaming(tensor, 6)],
    }
    path = ROOT / "Tests/PetalsServerTests/Vectors/messages.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=1) + "\n")
    print(f"{path.relative_to(ROOT)}: {len(path.read_text())} bytes")


if __name__ == "__main__":
    main()
