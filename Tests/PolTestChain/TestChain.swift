public import AckQuorum
public import BLS
public import BeaconTypes
import EngineTypes
public import Primitives
import SSZ
public import SlashingDetection
public import StateTransition

/// A `pol` chain of validators with known keys, moved to a slot without blocks.
public struct TestChain: Sendable {
    public static let genesisTime: UInt64 = 1_700_000_000

    public let secrets: [SecretKey]
    public let genesis: CachedBeaconState
    /// The chain at the slot asked for.
    public let state: CachedBeaconState

    public init(count: Int, slot: Slot) throws {
        secrets = try (0..<count).map { try SecretKey(bytes: [UInt8](repeating: 0, count: 30) + [UInt8($0 / 256 + 1), UInt8($0 % 256)]) }
        let registry = secrets.map {
            GenesisValidator(pubkey: $0.publicKey.bytes, withdrawalAddress: .zero, balance: BeaconSpec.pol.preset.minActivationBalance)
        }
        var header = ExecutionPayloadHeader(default: .pol)
        header.timestamp = Self.genesisTime
        genesis = try CachedBeaconState.genesisState(
            spec: .pol, validators: registry, genesisTime: Self.genesisTime, executionHeader: header,
            learning: LearningState(default: .pol))
        var state = genesis
        if slot > 0 { try state.processSlots(to: slot) }
        self.state = state
    }

    /// A vote of which no loss gate approves or disapproves: only signatures and messages count here.
    public func ack(
        slot: Slot = 3, verdict: UpdateAckVerdict = .valid, after: Float = 3, update: Bytes32 = SHA256.hash([9])
    ) throws -> UpdateAck {
        let isValid = verdict == .valid
        return UpdateAck(
            slot: slot, anchorRoot: try state.ackAnchorRoot(slot), updateId: update, author: 0, verdict: verdict.rawValue,
            adapterRoot: isValid ? SHA256.hash([4]) : .zero, lossBefore: isValid ? Float(4).bitPattern : 0,
            lossAfter: isValid ? after.bitPattern : 0, sliceSeed: SHA256.hash(try state.ackRevealMix(slot), update))
    }

    /// What every honest member of this chain signs with an ack: losses that nobody measured.
    public static let losses = SHA256.hash([5])

    public func statement(_ ack: UpdateAck) -> AckStatement { AckStatement(ack: ack, lossesRoot: Self.losses) }

    /// - Parameter losses: what the inner signature is over.
    public func vote(_ validator: ValidatorIndex, _ ack: UpdateAck, losses: Bytes32 = TestChain.losses) throws -> SignedUpdateAck {
        try state.ackContext(ack.slot).signing.vote(AckStatement(ack: ack, lossesRoot: losses), validator: validator) {
            secrets[Int(validator)].sign($0)
        }
    }

    public func book(_ ack: UpdateAck) throws -> AckVoteBook {
        AckVoteBook(subject: AckSubject(ack), context: try state.ackContext(ack.slot))
    }

    /// A certificate of the given validators.
    public func aggregate(_ validators: [ValidatorIndex], _ ack: UpdateAck) throws -> AckAggregate {
        let members = try state.ackCommittee(ack.slot)
        var bits = Bitlist(count: members.count)
        for validator in validators { if let seat = members.firstIndex(of: validator) { bits[seat] = true } }
        return AckAggregate(
            ack: ack, committeeBits: bits, signature: try BLS.aggregate(validators.map { try vote($0, ack).innerSignature }),
            lossesRoot: Self.losses)
    }

    /// Whether the chain itself slashes for the evidence.
    public func slashes(_ contradiction: AckContradiction) -> Bool {
        var copy = state
        var signatures = SignatureCollector(.individually)
        guard (try? copy.processAckContradiction(contradiction, &signatures)) != nil else { return false }
        return copy.state.validators[Int(contradiction.vote.validatorIndex)].slashed
    }

    /// A vote signed by the given validators; `variant` tells votes for the same epochs apart.
    public func attestation(
        _ validators: [ValidatorIndex], source: Epoch = 0, target: Epoch = 2, variant: UInt8 = 0
    ) throws -> IndexedAttestation {
        let data = AttestationData(
            slot: target, index: 0, beaconBlockRoot: SHA256.hash([variant]), source: Checkpoint(epoch: source, root: .zero),
            target: Checkpoint(epoch: target, root: .zero))
        let root = computeSigningRoot(data, state.getDomain(Constant.domainBeaconAttester, target), .pol)
        return IndexedAttestation(
            attestingIndices: validators, data: data,
            signature: try BLS.aggregate(validators.map { secrets[Int($0)].sign(root) }))
    }

    /// A signed block on the slot before, which no state transition would take; `graffiti` tells blocks apart.
    public func block(slot: Slot, graffiti: UInt8 = 0, updateID: Bytes32 = .zero) throws -> SignedBeaconBlock {
        var block = BeaconBlock(default: .pol)
        block.slot = slot
        block.proposerIndex = try state.getBeaconProposerIndex()
        block.parentRoot = try state.getBlockRootAtSlot(slot - 1)
        block.body.graffiti = SHA256.hash([graffiti])
        block.body.executionPayload.extraData = PolExtraData.bytes(parentHash: .zero, updateID: updateID)
        block.body.ackCertificate.ack.updateId = updateID
        let root = computeSigningRoot(block, state.getDomain(Constant.domainBeaconProposer), .pol)
        return SignedBeaconBlock(message: block, signature: secrets[Int(block.proposerIndex)].sign(root))
    }
}
