import BeaconTypes
import FuzzDriver
import JSON
import Primitives
import SSZ
import StateTransition

/// A committed chain of our fork: its good blocks with the states on which they stand.
struct PolSteps {
    struct Step {
        let pre: CachedBeaconState
        let block: SignedBeaconBlock
        let bytes: [UInt8]
    }

    let genesis: CachedBeaconState
    private(set) var steps: [Step] = []

    init(_ vectors: CommittedVectors, _ name: String) throws {
        var states: [Root: CachedBeaconState] = [:]
        var first: CachedBeaconState?
        for line in try vectors.lines("StateTransition", "pol_\(name).jsonl") {
            let vector = try JSONValue(parsing: line)
            if vector["kind"] == "genesis" {
                var state = try Self.genesis(vector)
                states[state.hashTreeRoot()] = state
                first = first ?? state
                continue
            }
            let bytes = try [UInt8](hex: vector["block"]?.string ?? "")
            guard vector["fault"]?.string == "", let pre = states[try Root(hex: vector["pre"]?.string ?? "")] else { continue }
            let block = try SignedBeaconBlock(deserializing: bytes, .pol)
            steps.append(Step(pre: pre, block: block, bytes: bytes))
            var post = pre
            try post.stateTransition(block, strategy: .trusted)
            states[post.hashTreeRoot()] = post
        }
        guard let first else { throw MissingGenesis() }
        genesis = first
    }

    private struct MissingGenesis: Error {}

    private static func genesis(_ vector: JSONValue) throws -> CachedBeaconState {
        let validators = try (vector["validators"]?.array ?? []).map { validator in
            GenesisValidator(
                pubkey: try BLSPubkey(hex: validator["pubkey"]?.string ?? ""),
                withdrawalCredentials: try Hash32(hex: validator["withdrawal_credentials"]?.string ?? ""),
                balance: validator["balance"]?.uint64 ?? 0)
        }
        return try CachedBeaconState.genesisState(
            spec: .pol, validators: validators, genesisTime: vector["genesis_time"]?.uint64 ?? 0,
            executionHeader: ExecutionPayloadHeader(deserializing: [UInt8](hex: vector["header"]?.string ?? ""), .pol),
            learning: LearningState(deserializing: [UInt8](hex: vector["learning"]?.string ?? ""), .pol))
    }
}
