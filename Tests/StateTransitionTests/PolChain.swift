import BeaconTypes
import Foundation
import JSON
import Primitives
import SSZ
import StateTransition
import Testing

/// A committed chain of our fork: its states by root, and its blocks with what they should come to.
struct PolChain {
    struct Step {
        let name: String
        let pre: Root
        let block: SignedBeaconBlock
        let bytes: [UInt8]
        let fault: String
    }

    private(set) var states: [Root: CachedBeaconState] = [:]
    private(set) var steps: [Step] = []

    init(_ name: String) throws {
        let file = try TestVectors.committed.appending(path: "pol_\(name).jsonl")
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            let vector = try JSONValue(parsing: Array(line.utf8))
            if vector["kind"] == "genesis" {
                var genesis = try Self.genesis(vector)
                states[genesis.hashTreeRoot()] = genesis
                continue
            }
            let bytes = try [UInt8](hex: try #require(vector["block"]?.string))
            let step = Step(
                name: try #require(vector["name"]?.string), pre: try Root(hex: try #require(vector["pre"]?.string)),
                block: try SignedBeaconBlock(deserializing: bytes, .pol), bytes: bytes,
                fault: try #require(vector["fault"]?.string))
            steps.append(step)
            if step.fault.isEmpty {
                var state = try #require(states[step.pre])
                try state.stateTransition(step.block, strategy: .trusted)
                states[state.hashTreeRoot()] = state
            }
        }
    }

    /// The genesis state, rebuilt from its parts.
    static func genesis(_ vector: JSONValue) throws -> CachedBeaconState {
        var validators: [GenesisValidator] = []
        for validator in vector["validators"]?.array ?? [] {
            validators.append(
                GenesisValidator(
                    pubkey: try BLSPubkey(hex: try #require(validator["pubkey"]?.string)),
                    withdrawalCredentials: try Hash32(hex: try #require(validator["withdrawal_credentials"]?.string)),
                    balance: try #require(validator["balance"]?.uint64)))
        }
        return try CachedBeaconState.genesisState(
            spec: .pol, validators: validators, genesisTime: try #require(vector["genesis_time"]?.uint64),
            executionHeader: ExecutionPayloadHeader(
                deserializing: [UInt8](hex: try #require(vector["header"]?.string)), .pol),
            learning: LearningState(deserializing: [UInt8](hex: try #require(vector["learning"]?.string)), .pol))
    }
}
