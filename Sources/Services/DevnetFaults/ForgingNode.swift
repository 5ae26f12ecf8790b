public import BeaconTypes
public import Primitives
public import ServiceInterfaces
import Synchronization

/// A beacon node as a dishonest proposer's validator client sees it: some of the blocks that it produces claim an update
/// under a forged certificate.
public final class ForgingNode: BlockProposals {
    private let honest: any AckCommittees & BlockProposals
    private let pending: Mutex<[Slot]>

    /// - Parameter slots: for each, the first block proposed at or after it is forged.
    public init(_ honest: any AckCommittees & BlockProposals, slots: [Slot]) {
        self.honest = honest
        pending = Mutex(slots.sorted())
    }

    public func produceBlock(slot: Slot, randaoReveal: BLSSignature, graffiti: Bytes32) async throws -> BeaconBlock {
        let block = try await honest.produceBlock(slot: slot, randaoReveal: randaoReveal, graffiti: graffiti)
        guard takesTurn(at: slot) else { return block }
        // The vote is of the slot before: a block holds no vote of its own slot.
        guard slot > 1 else { return block }
        return block.claimingForgedUpdate(try await honest.ackCommittee(slot: slot - 1), spec: honest.spec)
    }

    private func takesTurn(at slot: Slot) -> Bool {
        pending.withLock { slots in
            guard let first = slots.first, first <= slot else { return false }
            slots.removeFirst()
            return true
        }
    }

    public func prepareProposal(slot: Slot, feeRecipient: ExecutionAddress) async throws {
        try await honest.prepareProposal(slot: slot, feeRecipient: feeRecipient)
    }
    public func publishBlock(_ block: SignedBeaconBlock) async throws { try await honest.publishBlock(block) }
}
