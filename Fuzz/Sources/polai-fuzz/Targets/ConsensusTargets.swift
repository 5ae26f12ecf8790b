import AckQuorum
import BeaconTypes
import EngineTypes
import FuzzDriver
import Primitives
import SSZ
import SlashingDetection
@testable import StateTransition

extension FuzzTarget {
    /// Blocks from elsewhere wait until their slot has come, so a block many slots ahead only costs time here.
    private static let reach: UInt64 = 4

    /// The first byte chooses the step of the chain, the second the signatures and what is put right before the block is
    /// applied, so that the search gets past the first checks.
    static let block = FuzzTarget("block", "signed blocks on a chain of our fork, with and without signatures", maximumLength: 8192) {
        vectors in
        let steps = try PolSteps(vectors, "certificates_n4").steps + PolSteps(vectors, "evidence_n4").steps
        var seeds: [[UInt8]] = []
        for (index, step) in steps.enumerated() {
            for flags in [0, 1, 6, 7, 22] as [UInt8] { seeds.append([UInt8(index), flags] + step.bytes) }
        }
        return Prepared(seeds: seeds) { bytes in
            var input = FuzzInput(bytes)
            let step = steps[input.index(below: steps.count)]
            let flags = input.byte()
            var block = try SignedBeaconBlock(deserializing: input.rest(), .pol)
            let good = step.block.message
            if flags & 2 != 0 {
                block.message.slot = good.slot
                block.message.proposerIndex = good.proposerIndex
                block.message.parentRoot = good.parentRoot
                block.message.body.syncAggregate = good.body.syncAggregate
            }
            if flags & 4 != 0 {
                let id = block.message.body.executionPayload.extraData
                block.message.body.executionPayload = good.body.executionPayload
                if flags & 8 != 0 { block.message.body.executionPayload.extraData = id }
            }
            guard block.message.slot <= step.pre.state.slot + reach else { return }
            var state = step.pre
            if flags & 16 != 0 {
                // As a producer finds the state root.
                block.message.stateRoot = try state.computeNewStateRoot(block.message)
            }
            let strategy: SignatureStrategy = flags & 1 == 0 ? .trusted : flags & 32 == 0 ? .batch : .individually
            try state.stateTransition(block, strategy: strategy)
            promise(state.state.slot == block.message.slot, "a block leads to another slot")
            promise((try? state.state.validate(.pol)) != nil, "a block leads to a state that is not valid")
            try state.processSlots(to: state.state.slot + 2)
        }
    }

    /// The first byte chooses the operation, the second the state and whether signatures count. Operations go straight to
    /// their functions, on states of both forks.
    static let operations = FuzzTarget("operations", "every operation of a block by itself, on states of both forks", maximumLength: 2048) {
        vectors in
        let steps = try PolSteps(vectors, "evidence_n4").steps
        let states = try [ElectraState.make()] + steps.suffix(3).map(\.pre)
        var seeds: [[UInt8]] = []
        for (index, step) in steps.suffix(3).enumerated() {
            let body = step.block.message.body
            let place = UInt8(2 * (index + 1))
            func add(_ kind: UInt8, _ values: [some BeaconContainer]) {
                for value in values { for sign in [UInt8(0), 1] { seeds.append([kind, place + sign] + value.serialize(.pol)) } }
            }
            add(0, body.attestations)
            add(8, [body.ackCertificate])
            add(9, body.ackQuorumSlashings)
            add(10, body.ackContradictions)
        }
        for kind in UInt8(0)..<12 {
            for place in UInt8(0)..<4 { seeds.append([kind, place] + Operation.blank(kind, place < 2 ? .minimal : .pol)) }
        }
        return Prepared(seeds: seeds) { bytes in
            var input = FuzzInput(bytes)
            let kind = input.byte() % 12
            let place = input.byte()
            var state = states[Int(place / 2) % states.count]
            var signatures = SignatureCollector(place & 1 == 0 ? .trusted : .individually)
            try Operation.apply(kind, input.rest(), to: &state, &signatures)
            try signatures.finish()
            try state.processSlots(to: state.state.slot + 2)
        }
    }

    /// A state as another node's checkpoint gives it: read, checked, and moved over an epoch's end.
    static let beaconState = FuzzTarget("beacon-state", "beacon states from elsewhere, moved on by three epochs", maximumLength: 65_536) {
        vectors in
        let electra = try ElectraState.make()
        let seeds = [[0] + electra.state.serialize(.minimal), [1] + electra.state.serialize(.minimal)]
        return Prepared(seeds: seeds) { bytes in
            var input = FuzzInput(bytes)
            let toEnd = input.flag()
            let state = try BeaconState(deserializing: input.rest(), .minimal)
            // A checkpoint's slot has passed by this node's clock.
            guard state.slot < 1 << 40 else { return }
            var cached = try CachedBeaconState(checking: state, spec: .minimal)
            _ = try? cached.getBeaconProposerIndex()
            _ = try? cached.getBeaconCommittee(state.slot, 0)
            _ = try? cached.getExpectedWithdrawals()
            _ = try? cached.computeWeakSubjectivityPeriod()
            try cached.processSlots(to: state.slot + (toEnd ? 8 - state.slot % 8 : 1))
        }
    }

    /// Votes, aggregates and certificates of one slot, in any order.
    static let acks = FuzzTarget("acks", "ACK votes, certificates and contradictions of one committee", maximumLength: 2048) { vectors in
        let steps = try PolSteps(vectors, "certificates_n4").steps
        guard let step = steps.last(where: { !$0.block.message.body.ackCertificate.ack.updateId.isZero }) else {
            return Prepared(seeds: []) { _ in }
        }
        let good = step.block.message.body.ackCertificate
        var pre = step.pre
        try pre.processSlots(to: step.block.message.slot)
        let chain = pre
        let context = try chain.ackContext(good.ack.slot)
        let vote = SignedUpdateAck(
            message: good.ack, validatorIndex: context.members[0], signature: good.signature, innerSignature: good.signature)
        let aggregate = good.aggregate
        let seeds: [[UInt8]] = [
            [0] + FuzzInput.part(good.serialize(.pol)),
            [1] + FuzzInput.part(vote.serialize(.pol)) + [1] + FuzzInput.part(vote.serialize(.pol)),
            [2] + FuzzInput.part(aggregate.serialize(.pol)) + [1] + FuzzInput.part(vote.serialize(.pol)),
            [3] + FuzzInput.part(AckRecord.value(vote, spec: .pol)),
        ]
        return Prepared(seeds: seeds) { bytes in
            var input = FuzzInput(bytes)
            var book = AckVoteBook(subject: AckSubject(good.ack), context: context)
            var votes: [SignedUpdateAck] = []
            while !input.isEmpty {
                let kind = input.byte() & 3
                let part = input.part()
                switch kind {
                case 0:
                    guard let certificate = try? AckCertificate(deserializing: part, .pol) else { continue }
                    _ = AckCertificateRules.statementFault(
                        certificate, updateID: certificate.ack.updateId, blockSlot: step.block.message.slot, hasPools: false, spec: .pol)
                    _ = AckCertificateRules.votesFault(certificate, context)
                    _ = chain.ackCertificateFault(
                        certificate, updateID: certificate.ack.updateId, blockSlot: step.block.message.slot)
                    _ = certificate.candidate.selectedInputs
                    _ = context.publicKeys(at: certificate.committeeBits)
                case 1:
                    guard let vote = try? SignedUpdateAck(deserializing: part, .pol) else { continue }
                    votes.append(vote)
                    _ = book.insert(vote)
                case 2:
                    guard let aggregate = try? AckAggregate(deserializing: part, .pol) else { continue }
                    _ = book.insert(aggregate)
                default:
                    if let vote = try? AckRecord.vote(from: part, spec: .pol) { votes.append(vote) }
                }
            }
            _ = context.tally(
                good.candidate, slot: good.ack.slot, votes: votes, statement: good.statement, verifySignatures: false)
        }
    }
}
