# Containers of the pol fork, inserted before BeaconState (see spec.py).


class UpdateAck(Container):
    slot: Slot
    anchor_root: Root
    update_id: Bytes32
    author: ValidatorIndex
    verdict: Uint8
    adapter_root: Bytes32
    loss_before: Uint32
    loss_after: Uint32
    slice_seed: Bytes32
    task_before: Uint32
    task_after: Uint32
    general_base: Uint32
    general_parent: Uint32
    general_after: Uint32


class GateLosses(Container):
    before_root: Bytes32
    after_root: Bytes32
    slice_before_root: Bytes32
    slice_after_root: Bytes32


class AckStatement(Container):
    ack: UpdateAck
    losses_root: Bytes32


class SealedAck(Container):
    ack: UpdateAck
    inner_signature: BLSSignature


class SignedUpdateAck(Container):
    message: UpdateAck
    validator_index: ValidatorIndex
    signature: BLSSignature
    inner_signature: BLSSignature


class CandidateInput(Container):
    file_hash: Bytes32
    reward_address: ExecutionAddress


class CandidateInputs(List[CandidateInput]):
    LIMIT = 16


class SelectedBits(BitList):
    LIMIT = 16


class UpdateCandidate(Container):
    base_model_root: Bytes32
    parent_adapter_root: Bytes32
    slot: Slot
    author: ValidatorIndex
    inputs: CandidateInputs
    selected: SelectedBits


class AckCertificate(Container):
    candidate: UpdateCandidate
    ack: UpdateAck
    committee_bits: AggregationBits
    signature: BLSSignature
    losses_root: Bytes32


class AckAggregate(Container):
    ack: UpdateAck
    committee_bits: AggregationBits
    signature: BLSSignature
    losses_root: Bytes32


class ExtraDataBranch(Vector[Bytes32]):
    LENGTH = 9


class AckCertificateBranch(Vector[Bytes32]):
    LENGTH = 4


class AckQuorumSlashing(Container):
    signed_header: deneb.SignedBeaconBlockHeader
    extra_data: ExtraData
    extra_data_branch: ExtraDataBranch
    ack_certificate: AckCertificate
    ack_certificate_branch: AckCertificateBranch


class AckQuorumSlashings(List[AckQuorumSlashing]):
    LIMIT = 4


class AckContradiction(Container):
    vote: SignedUpdateAck
    other: AckAggregate
    own_vote: SignedUpdateAck


class AckContradictions(List[AckContradiction]):
    LIMIT = 4


class TrainerReward(Container):
    address: ExecutionAddress
    amount: Gwei


class RecentUpdateIds(Vector[Bytes32]):
    LENGTH = 64


class TrainerRewards(List[TrainerReward]):
    LIMIT = 16


class GeneralLoss(Container):
    base: Uint32
    after: Uint32


class RecentProposers(Vector[ValidatorIndex]):
    LENGTH = 64


class GeneralLosses(Vector[GeneralLoss]):
    LENGTH = 64


class LearningState(Container):
    base_model_root: Bytes32
    dev_texts_root: Bytes32
    adapter_root: Bytes32
    update_count: Uint64
    ai_quorum: Uint64
    recent_update_ids: RecentUpdateIds
    pending_rewards: TrainerRewards
    task_pool_root: Bytes32
    general_pool_root: Bytes32
    recent_proposers: RecentProposers
    general_losses: GeneralLosses
