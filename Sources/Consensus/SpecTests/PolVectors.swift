import BeaconTypes
import Foundation
import JSON
import Primitives
import SSZ
import StateTransition

/// Our fork's vectors: one JSON object a line, a genesis (as SSZ, or as what it is made of) and then blocks, each on the state whose root is `pre`, with the
/// root it leads to or the fault for which it is refused. Signatures are real; engine and seal are mocked.
enum PolVectors {
    static func run(_ file: URL, _ report: inout SpecTestReport) {
        var states: [Root: CachedBeaconState] = [:]
        guard let text = try? String(contentsOf: file, encoding: .utf8) else {
            report.record("pol/blocks", path: file.path) { throw SpecTestFailure("cannot be read") }
            return
        }
        for (number, line) in text.split(separator: "\n").enumerated() {
            guard let vector = try? JSONValue(parsing: Array(line.utf8)) else {
                report.record("pol/blocks", path: "line \(number + 1)") { throw SpecTestFailure("is no JSON") }
                continue
            }
            let kind = vector["kind"]?.string ?? "unknown"
            let name = vector["name"]?.string ?? kind
            report.record("pol/\(kind)", path: "pol/line \(number + 1) (\(name))") {
                switch kind {
                case "genesis": try addGenesis(vector, &states)
                case "block": try applyBlock(vector, &states)
                default: throw SpecTestFailure.skipped("pol \(kind)")
                }
            }
        }
    }

    private static func addGenesis(_ vector: JSONValue, _ states: inout [Root: CachedBeaconState]) throws {
        var state = try genesis(vector)
        let root = state.hashTreeRoot()
        let expected = try Hash32(hex: vector["root"]?.string ?? "")
        if root != expected { throw SpecTestFailure("genesis root \(root), expected \(expected)") }
        states[root] = state
    }

    /// The genesis state, given as a whole or as what it is made of.
    private static func genesis(_ vector: JSONValue) throws -> CachedBeaconState {
        if vector["ssz"] != nil {
            return CachedBeaconState(try BeaconState(deserializing: bytes(vector, "ssz"), .pol), spec: .pol)
        }
        var validators: [GenesisValidator] = []
        for validator in vector["validators"]?.array ?? [] {
            validators.append(
                GenesisValidator(
                    pubkey: try BLSPubkey(hex: validator["pubkey"]?.string ?? ""),
                    withdrawalCredentials: try Hash32(hex: validator["withdrawal_credentials"]?.string ?? ""),
                    balance: validator["balance"]?.uint64 ?? 0))
        }
        return try CachedBeaconState.genesisState(
            spec: .pol, validators: validators, genesisTime: vector["genesis_time"]?.uint64 ?? 0,
            executionHeader: ExecutionPayloadHeader(deserializing: bytes(vector, "header"), .pol),
            learning: LearningState(deserializing: bytes(vector, "learning"), .pol))
    }

    private static func applyBlock(_ vector: JSONValue, _ states: inout [Root: CachedBeaconState]) throws {
        let pre = try Hash32(hex: vector["pre"]?.string ?? "")
        guard var state = states[pre] else { throw SpecTestFailure("no state \(pre.shortHex)") }
        let expectedFault = vector["fault"]?.string ?? ""
        let expectedPost = try vector["post"]?.string.map { try Hash32(hex: $0) }
        do {
            let block = try SignedBeaconBlock(deserializing: bytes(vector, "block"), .pol)
            try state.stateTransition(block)
        } catch let error as StateTransitionError {
            if expectedPost != nil { throw SpecTestFailure("refused: \(error)") }
            if error.label != expectedFault { throw SpecTestFailure("refused for '\(error)', expected '\(expectedFault)'") }
            return
        }
        guard let expectedPost else { throw SpecTestFailure("accepted, expected fault '\(expectedFault)'") }
        let post = state.hashTreeRoot()
        if post != expectedPost { throw SpecTestFailure("post state \(post), expected \(expectedPost)") }
        states[post] = state
    }

    private static func bytes(_ vector: JSONValue, _ name: String) throws -> [UInt8] {
        try [UInt8](hex: vector[name]?.string ?? "")
    }
}
