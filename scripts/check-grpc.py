#!/usr/bin/env python3
"""Talks to a running node's gRPC doors with the client classes of PyPI's ethereumapis.

    python3 -m venv grpc-check
    grpc-check/bin/pip install ethereumapis==0.12.0 grpcio protobuf==3.20.3
    grpc-check/bin/python scripts/check-grpc.py 127.0.0.1:4000 127.0.0.1:4003

ethereumapis is older than protobuf 4, hence the pin. Prints one line a call; exits 1 when an answer is wrong."""
import sys
import time

import grpc
from ethereumapis.v1alpha1 import (
    attestation_pb2,
    beacon_block_pb2,
    beacon_chain_pb2,
    beacon_chain_pb2_grpc,
    node_pb2,
    node_pb2_grpc,
    validator_pb2,
    validator_pb2_grpc,
)
from google.protobuf import empty_pb2

EMPTY = empty_pb2.Empty()
faults = []
calls = 0


def check(name, condition, seen=""):
    global calls
    calls += 1
    print(f"{'ok  ' if condition else 'FAIL'} {name}  {seen}", flush=True)
    if not condition:
        faults.append(name)


def status(call):
    try:
        call()
        return None
    except grpc.RpcError as error:
        return error.code()


beacon_address = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:4000"
slasher_address = sys.argv[2] if len(sys.argv) > 2 else None
channel = grpc.insecure_channel(beacon_address)
grpc.channel_ready_future(channel).result(timeout=20)
node = node_pb2_grpc.NodeStub(channel)
chain = beacon_chain_pb2_grpc.BeaconChainStub(channel)
validator = validator_pb2_grpc.BeaconNodeValidatorStub(channel)

# Node
genesis = node.GetGenesis(EMPTY)
check("GetGenesis", genesis.genesis_time.seconds > 0 and len(genesis.genesis_validators_root) == 32, genesis.genesis_time.seconds)
check("GetSyncStatus", node.GetSyncStatus(EMPTY).syncing is False)
check("GetVersion", node.GetVersion(EMPTY).version.startswith("polai/"), node.GetVersion(EMPTY).version)
services = node.ListImplementedServices(EMPTY).services
check("ListImplementedServices", "ethereum.eth.v1alpha1.BeaconChain" in services, list(services))
check("GetHost", node.GetHost(EMPTY).peer_id != "", node.GetHost(EMPTY).peer_id)
check("ListPeers", len(node.ListPeers(EMPTY).peers) >= 0)
check("GetPeer of nobody", status(lambda: node.GetPeer(node_pb2.PeerRequest(peer_id="x"))) == grpc.StatusCode.NOT_FOUND)

# BeaconChain
head = chain.GetChainHead(EMPTY)
check("GetChainHead", len(head.head_block_root) == 32 and head.finalized_epoch <= head.justified_epoch <= head.head_epoch,
      f"head {head.head_slot}, justified {head.justified_epoch}, finalised {head.finalized_epoch}")
by_root = chain.ListBlocks(beacon_chain_pb2.ListBlocksRequest(root=head.head_block_root)).blockContainers
check("ListBlocks by root", len(by_root) == 1 and by_root[0].block.block.slot == head.head_slot)
by_slot = chain.ListBlocks(beacon_chain_pb2.ListBlocksRequest(slot=head.head_slot)).blockContainers
check("ListBlocks by slot", [b.block_root for b in by_slot] == [head.head_block_root])
by_epoch = chain.ListBlocks(beacon_chain_pb2.ListBlocksRequest(epoch=head.head_epoch)).blockContainers
check("ListBlocks by epoch", head.head_block_root in [b.block_root for b in by_epoch])
first = chain.ListBlocks(beacon_chain_pb2.ListBlocksRequest(genesis=True)).blockContainers
check("ListBlocks of genesis", len(first) == 1 and first[0].block.block.slot == 0)
check("ListBlocks without a filter",
      status(lambda: chain.ListBlocks(beacon_chain_pb2.ListBlocksRequest())) == grpc.StatusCode.INVALID_ARGUMENT)
validators = chain.ListValidators(beacon_chain_pb2.ListValidatorsRequest())
check("ListValidators", validators.total_size == len(validators.validator_list) > 0, f"{validators.total_size} validators")
key = validators.validator_list[0].validator.public_key
check("GetValidator by index", chain.GetValidator(beacon_chain_pb2.GetValidatorRequest(index=0)).public_key == key)
check("GetValidator by key", chain.GetValidator(beacon_chain_pb2.GetValidatorRequest(public_key=key)).effective_balance > 0)
check("GetValidator of nobody",
      status(lambda: chain.GetValidator(beacon_chain_pb2.GetValidatorRequest(index=10**9))) == grpc.StatusCode.NOT_FOUND)
balances = chain.ListValidatorBalances(beacon_chain_pb2.ListValidatorBalancesRequest(indices=[0]))
check("ListValidatorBalances", balances.balances[0].balance > 0 and balances.balances[0].status == "ACTIVE", balances.balances[0].balance)
epoch = head.head_epoch
participation = chain.GetValidatorParticipation(beacon_chain_pb2.GetValidatorParticipationRequest(epoch=max(0, epoch - 1)))
check("GetValidatorParticipation", participation.participation.eligible_ether > 0,
      f"epoch {participation.epoch}: {participation.participation.global_participation_rate:.2f}")
committees = chain.ListBeaconCommittees(beacon_chain_pb2.ListCommitteesRequest(epoch=epoch))
check("ListBeaconCommittees", committees.active_validator_count == validators.total_size
      and len(committees.committees[epoch].committees[0].validator_indices) > 0)
assignments = chain.ListValidatorAssignments(beacon_chain_pb2.ListValidatorAssignmentsRequest(epoch=epoch))
check("ListValidatorAssignments", assignments.total_size == validators.total_size)
config = dict(chain.GetBeaconConfig(EMPTY).config)
check("GetBeaconConfig", config["SLOTS_PER_EPOCH"] == "1" and "SECONDS_PER_SLOT" in config, f"{len(config)} values")
attestations = []
for candidate in range(max(0, epoch - 4), epoch + 1):
    attestations += chain.ListAttestations(beacon_chain_pb2.ListAttestationsRequest(epoch=candidate)).attestations
check("ListAttestations", len(attestations) > 0 and len(attestations[0].signature) == 96, f"{len(attestations)} in the last epochs")
indexed = []
for candidate in range(max(0, epoch - 4), epoch + 1):
    indexed += chain.ListIndexedAttestations(beacon_chain_pb2.ListIndexedAttestationsRequest(epoch=candidate)).indexed_attestations
check("ListIndexedAttestations", len(indexed) > 0 and len(indexed[0].attesting_indices) > 0)
check("AttestationPool", chain.AttestationPool(beacon_chain_pb2.AttestationPoolRequest()).total_size >= 0)
check("GetValidatorQueue", chain.GetValidatorQueue(EMPTY).churn_limit >= 0)
changes = chain.GetValidatorActiveSetChanges(beacon_chain_pb2.GetValidatorActiveSetChangesRequest(genesis=True))
check("GetValidatorActiveSetChanges", len(changes.activated_indices) == validators.total_size)
check("GetWeakSubjectivityCheckpoint", len(chain.GetWeakSubjectivityCheckpoint(EMPTY).block_root) == 32)
check("SubmitAttesterSlashing of nothing",
      status(lambda: chain.SubmitAttesterSlashing(beacon_block_pb2.AttesterSlashing())) == grpc.StatusCode.INVALID_ARGUMENT)

# BeaconNodeValidator
domain = validator.DomainData(validator_pb2.DomainRequest(epoch=epoch, domain=bytes([1, 0, 0, 0])))
check("DomainData", len(domain.signature_domain) == 32 and domain.signature_domain[0] == 1, domain.signature_domain.hex()[:16])
check("ValidatorIndex", validator.ValidatorIndex(validator_pb2.ValidatorIndexRequest(public_key=key)).index == 0)
check("ValidatorStatus", validator.ValidatorStatus(validator_pb2.ValidatorStatusRequest(public_key=key)).status == validator_pb2.ACTIVE)
several = validator.MultipleValidatorStatus(validator_pb2.MultipleValidatorStatusRequest(public_keys=[key, bytes(48)]))
check("MultipleValidatorStatus", list(several.statuses)[1].status == validator_pb2.UNKNOWN_STATUS and several.indices[0] == 0)
duties = validator.GetDuties(validator_pb2.DutiesRequest(epoch=chain.GetChainHead(EMPTY).head_epoch, public_keys=[key]))
check("GetDuties", len(duties.current_epoch_duties) == len(duties.next_epoch_duties) == 1
      and duties.next_epoch_duties[0].attester_slot == duties.current_epoch_duties[0].attester_slot + 1)
data = validator.GetAttestationData(validator_pb2.AttestationDataRequest(slot=chain.GetChainHead(EMPTY).head_slot))
check("GetAttestationData", len(data.beacon_block_root) == 32 and data.target.epoch >= data.source.epoch)
check("ProposeAttestation of nothing",
      status(lambda: validator.ProposeAttestation(attestation_pb2.Attestation())) == grpc.StatusCode.INVALID_ARGUMENT)
check("GetBlock", status(lambda: validator.GetBlock(validator_pb2.BlockRequest(slot=1))) == grpc.StatusCode.UNIMPLEMENTED)
check("ProposeBlock", status(lambda: validator.ProposeBlock(beacon_block_pb2.SignedBeaconBlock())) == grpc.StatusCode.UNIMPLEMENTED)
start = next(iter(validator.WaitForChainStart(EMPTY, timeout=20)))
check("WaitForChainStart", start.started and start.genesis_time == genesis.genesis_time.seconds)
active = next(iter(validator.WaitForActivation(validator_pb2.ValidatorActivationRequest(public_keys=[key]), timeout=20)))
check("WaitForActivation", active.statuses[0].status.status == validator_pb2.ACTIVE)

# Streams
began = time.time()
heads = chain.StreamChainHead(EMPTY, timeout=60)
seen = [next(heads).head_slot for _ in range(3)]
heads.cancel()
check("StreamChainHead", seen == sorted(seen) and seen[-1] > seen[0], f"{seen} in {time.time() - began:.1f} s")
blocks = chain.StreamBlocks(EMPTY, timeout=60)
seen = [next(blocks).block.slot for _ in range(2)]
blocks.cancel()
check("StreamBlocks", seen[1] > seen[0], seen)
votes = chain.StreamIndexedAttestations(EMPTY, timeout=60)
check("StreamIndexedAttestations", len(next(votes).attesting_indices) > 0)
votes.cancel()

# The slasher's door has no client on PyPI: its messages are wire-compatible with those of beacon_block_pb2.
if slasher_address:
    slashing = grpc.insecure_channel(slasher_address)
    grpc.channel_ready_future(slashing).result(timeout=20)

    def slasher_call(method, request):
        return slashing.unary_unary(f"/ethereum.slashing.Slasher/{method}", request_serializer=lambda m: m.SerializeToString(),
                                    response_deserializer=lambda b: b)(request)

    answer = slasher_call("IsSlashableAttestation", indexed[-1])
    check("IsSlashableAttestation of a vote on the chain", answer == b"")
    forged = beacon_block_pb2.IndexedAttestation.FromString(indexed[-1].SerializeToString())
    forged.data.beacon_block_root = bytes(32)
    check("IsSlashableAttestation of a forged vote",
          status(lambda: slasher_call("IsSlashableAttestation", forged)) == grpc.StatusCode.INVALID_ARGUMENT)
    check("IsSlashableAttestationNoUpdate", slasher_call("IsSlashableAttestationNoUpdate", forged) == b"\x08\x01", "slashable")
    # HighestAttestationRequest {validator_ids: [0]}, packed
    highest = slashing.unary_unary("/ethereum.slashing.Slasher/HighestAttestations")(b"\x0a\x01\x00")
    check("HighestAttestations", len(highest) > 2, highest.hex())

print(f"{calls} calls, {len(faults)} wrong{': ' + ', '.join(faults) if faults else ''}")
sys.exit(1 if faults else 0)
