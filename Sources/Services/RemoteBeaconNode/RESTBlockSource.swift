public import BeaconTypes
import JSON
public import Logging
public import Primitives
import SSZ
public import ServiceInterfaces

/// Another node's REST interface as a source of blocks and states, in SSZ: any node of Ethereum's beacon API will do.
///
/// The API knows no ranges, so the blocks of several slots are asked for side by side, a bounded number at a time.
public struct RESTBlockSource: BlockSource {
    /// The address, without name and password.
    public let name: String
    let spec: BeaconSpec
    let client: RESTClient
    /// Requests of one range at once.
    let parallel = 8
    /// The longest state taken, in bytes.
    private static let stateLimit = 1 << 30

    /// - Parameter url: `http://host:port`.
    /// - Throws: `RemoteBeaconNodeError`.
    public init(url: String, spec: BeaconSpec, timeout: Double = 60, logger: Logger) throws {
        let endpoint = try RESTEndpoint(url)
        name = endpoint.description
        self.spec = spec
        client = RESTClient(endpoint: endpoint, timeout: timeout, logger: logger)
    }

    public func status() async throws -> BlockSourceStatus {
        let head = try AnswerFields(path: "/eth/v1/beacon/headers/head", value: try await client.send(.get("/eth/v1/beacon/headers/head")))
            .data
        let path = "/eth/v1/beacon/states/head/finality_checkpoints"
        let finalized = try AnswerFields(path: path, value: try await client.send(.get(path))).data.field("finalized")
        return BlockSourceStatus(
            headRoot: try head.root("root"), headSlot: try head.field("header").field("message").number("slot"),
            finalized: Checkpoint(epoch: try finalized.number("epoch"), root: try finalized.root("root")))
    }

    public func blocks(in slots: Range<Slot>) async throws -> [SignedBeaconBlock] {
        let found = try await gather(slots.prefix(BlockRequestLimit.maximumBlocks).map { "\($0)" })
        // Some nodes answer an empty slot with the block before it.
        return found.filter { slots.contains($0.message.slot) }.sorted { $0.message.slot < $1.message.slot }
            .reduce(into: []) { blocks, block in if blocks.last?.message.slot != block.message.slot { blocks.append(block) } }
    }

    public func blocks(roots: [Root]) async throws -> [SignedBeaconBlock] {
        try await gather(roots.prefix(BlockRequestLimit.maximumBlocks).map(\.hex))
    }

    public func state(after block: BeaconBlock) async throws -> BeaconState {
        var request = RESTRequest.get("/eth/v2/debug/beacon/states/\(block.stateRoot.hex)")
        request.limit = Self.stateLimit
        guard let bytes = try await client.bytes(request) else {
            throw RemoteBeaconNodeError.notServed("\(name) does not give the state of slot \(block.slot)")
        }
        do {
            return try BeaconState(deserializing: bytes, spec)
        } catch {
            throw RemoteBeaconNodeError.malformed(path: request.path, problem: "\(error)")
        }
    }

    private func gather(_ ids: [String]) async throws -> [SignedBeaconBlock] {
        try await withThrowingTaskGroup(of: SignedBeaconBlock?.self) { group in
            var blocks: [SignedBeaconBlock] = []
            var open = 0
            for id in ids {
                if open == parallel {
                    if let block = try await group.next() ?? nil { blocks.append(block) }
                    open -= 1
                }
                group.addTask { try await block(id) }
                open += 1
            }
            for try await block in group { if let block { blocks.append(block) } }
            return blocks
        }
    }

    /// The block that the API's `block_id` names; `nil` for an empty slot.
    private func block(_ id: String) async throws -> SignedBeaconBlock? {
        let path = "/eth/v2/beacon/blocks/\(id)"
        guard let bytes = try await client.bytes(.get(path)) else { return nil }
        do {
            return try SignedBeaconBlock(deserializing: bytes, spec)
        } catch {
            throw RemoteBeaconNodeError.malformed(path: path, problem: "\(error)")
        }
    }
}
