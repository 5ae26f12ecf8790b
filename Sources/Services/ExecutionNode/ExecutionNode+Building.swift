public import EngineTypes
import ExecutionChain
import Logging
public import Primitives
import ProofOfWork
import StateTrie
import TransactionPool

/// A payload that is being built: executed, and waiting for its seal if the chain has one.
struct Building: Sendable {
    let id: PayloadID
    let block: Block
    let requests: [[UInt8]]
    let value: UInt256
    let search: SealWork?
    /// Whether the found seal was logged and counted.
    var isNoted = false
}

extension ExecutionNode {
    /// Builds a block on the head and begins to seal it; the id of a build with the same attributes if there is one.
    func startBuilding(_ attributes: PayloadAttributes) throws -> PayloadID {
        let id = Self.payloadID(head.hash, attributes)
        if buildings.contains(where: { $0.id == id }) { return id }
        let built: BuiltBlock
        let (chain, parent) = (chain, head.hash)
        do {
            built = try execution.build(
                on: head.header, attributes: attributes, state: chain.state(head.header.stateRoot),
                gasLimitTarget: gasLimitTarget, transactions: pool.selection()
            ) { number throws(StateTrieError) in try chain.ancestorHash(number, from: parent) }
        } catch {
            switch error {
            case .timestampNotAfterParent, .lessThanOneSlot: throw ExecutionNodeError.invalidAttributes("\(error)")
            default: throw error
            }
        }
        abandonBuildings { $0.search?.isRunning == true }
        var search: SealWork?
        let header = built.block.header
        if case .polai = execution.config.sealing {
            let task = SealTask(sealHash: header.sealHash, number: header.number, difficulty: header.difficulty)
            search = SealWork(task, engine: sealEngine, threads: sealThreads)
        }
        remember(Building(id: id, block: built.block, requests: built.requests, value: built.value, search: search))
        logger.info(
            "Sealing block",
            metadata: [
                "number": "\(header.number)", "parent": "\(header.parentHash.shortHex)",
                "update": "\(attributes.updateID.shortHex)", "difficulty": "\(header.difficulty)", "payload": "\(id)",
                "transactions": "\(built.block.transactions.count)",
            ])
        return id
    }

    /// Of what was built the newest are kept.
    func remember(_ building: Building) {
        buildings.append(building)
        if buildings.count > 4 { buildings.removeFirst() }
    }

    /// Gives up the payloads that match; a waiting `getPayload` gets an error.
    func abandonBuildings(where shouldStop: (Building) -> Bool) {
        for building in buildings where shouldStop(building) {
            guard let search = building.search, search.isRunning else { continue }
            search.cancel(ExecutionNodeError.payloadAbandoned(building.id))
            figures.abandonedSeals += 1
            figures.sealAttempts += search.attempts
            logger.debug("Gave up sealing", metadata: ["payload": "\(building.id)", "attempts": "\(search.attempts)"])
        }
    }

    public func getPayload(_ id: PayloadID) async throws -> GetPayloadResponse {
        try checkRunning()
        guard let building = buildings.first(where: { $0.id == id }) else { throw ExecutionNodeError.unknownPayload(id) }
        var block = building.block
        if let search = building.search {
            block.header.nonce = Bytes8(bigEndian: try await search.nonce(within: options.sealTimeLimit))
            if let index = buildings.firstIndex(where: { $0.id == id && !$0.isNoted }) {
                buildings[index].isNoted = true
                note(search, of: block)
            }
        }
        return GetPayloadResponse(
            payload: ExecutionPayload(block), blockValue: building.value, executionRequests: building.requests)
    }

    func note(_ search: SealWork, of block: Block) {
        let (attempts, seconds) = (search.attempts, search.seconds)
        figures.sealedBlocks += 1
        figures.sealAttempts += attempts
        figures.lastSealSeconds = seconds
        if seconds > 0 { figures.hashesPerSecond = Double(attempts) / seconds }
        logger.info(
            "Sealed block",
            metadata: [
                "number": "\(block.header.number)", "hash": "\(block.hash.shortHex)", "attempts": "\(attempts)",
                "seconds": "\((seconds * 1000).rounded() / 1000)", "difficulty": "\(block.header.difficulty)",
            ])
    }

    /// The first 8 bytes of a hash over everything that decides the payload.
    private static func payloadID(_ head: Hash32, _ attributes: PayloadAttributes) -> PayloadID {
        var input = head.bytes + attributes.timestamp.bigEndianBytes
        input += attributes.prevRandao.bytes + attributes.suggestedFeeRecipient.bytes
        input += BlockRoots.withdrawals(attributes.withdrawals).bytes + attributes.parentBeaconBlockRoot.bytes
        input += attributes.updateID.bytes
        return PayloadID(SHA256.hash(input).bytes.prefix(8)) ?? PayloadID()
    }
}
