import BeaconTypes
import Foundation
import JSON
import Primitives
import SSZ
import StateTransition

/// Our fork's vectors: one JSON object a line, a genesis (as SSZ, or as what it is made of) and then blocks, each on the state
/// whose root is `pre`, with the root it leads to or the fault for which it is refused, and rests, which lead a state to a
/// later slot. Signatures are real; engine and seal are mocked.
struct PolVectors {
    /// The states that blocks and rests have led to, by root.
    private var states: [Root: CachedBeaconState] = [:]
    /// Files whose states are of an earlier shape.
    private static let formerFiles: Set = ["pol_n4_seed1.jsonl"]
    private let mayBeFormer: Bool
    private var isFormer = false

    private init(mayBeFormer: Bool) { self.mayBeFormer = mayBeFormer }

    static func run(_ file: URL, _ report: inout SpecTestReport) {
        var vectors = PolVectors(mayBeFormer: formerFiles.contains(file.lastPathComponent))
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
                case "genesis": try vectors.addGenesis(vector)
                case "block": try vectors.applyBlock(vector)
                case "slots": try vectors.rest(vector)
                case "absence": throw SpecTestFailure.skipped("absence: its blocks are not kept; AbsenceTests makes them again")
                default: throw SpecTestFailure.skipped("pol \(kind)")
                }
            }
        }
    }

    private mutating func addGenesis(_ vector: JSONValue) throws {
        var state = try genesis(vector)
        let root = state.hashTreeRoot()
        let expected = try Hash32(hex: vector["root"]?.string ?? "")
        if root != expected { throw SpecTestFailure("genesis root \(root), expected \(expected)") }
        states[root] = state
    }

    /// The genesis state, given as a whole or as what it is made of.
    private mutating func genesis(_ vector: JSONValue) throws -> CachedBeaconState {
        if vector["ssz"] != nil {
            let ssz = try Self.bytes(vector, "ssz")
            do {
                return CachedBeaconState(try BeaconState(deserializing: ssz, .pol), spec: .pol)
            } catch {
                guard mayBeFormer else { throw SpecTestFailure("genesis cannot be read: \(error)") }
                isFormer = true
                throw SpecTestFailure.superseded(Self.supersession)
            }
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
            executionHeader: ExecutionPayloadHeader(deserializing: Self.bytes(vector, "header"), .pol),
            learning: LearningState(deserializing: Self.bytes(vector, "learning"), .pol))
    }

    private mutating func applyBlock(_ vector: JSONValue) throws {
        let expectedFault = vector["fault"]?.string ?? ""
        let expectedPost = try vector["post"]?.string.map { try Hash32(hex: $0) }
        var state = try preState(vector)
        let block = try SignedBeaconBlock(deserializing: Self.bytes(vector, "block"), state.spec)
        if let error = Self.refusal(of: block, on: &state) {
            if expectedPost != nil { throw SpecTestFailure("refused: \(error)") }
            if error.label != expectedFault { throw SpecTestFailure("refused for '\(error)', expected '\(expectedFault)'") }
            return
        }
        guard let expectedPost else { throw SpecTestFailure("accepted, expected fault '\(expectedFault)'") }
        let post = state.hashTreeRoot()
        if post != expectedPost { throw SpecTestFailure("post state \(post), expected \(expectedPost)") }
        states[post] = state
    }

    /// Applies a block. Returns why it is refused, `nil` when it is not.
    private static func refusal(of block: SignedBeaconBlock, on state: inout CachedBeaconState) -> StateTransitionError? {
        do {
            try state.stateTransition(block)
            return nil
        } catch {
            return error
        }
    }

    /// The state at a later slot, without a block.
    private func rest(_ vector: JSONValue) throws {
        let expected = try Hash32(hex: vector["post"]?.string ?? "")
        var state = try preState(vector)
        guard let slot = vector["slot"]?.uint64 else { throw SpecTestFailure("has no slot") }
        try state.processSlots(to: slot)
        let post = state.hashTreeRoot()
        if post != expected { throw SpecTestFailure("state \(post) at slot \(slot), expected \(expected)") }
    }

    private func preState(_ vector: JSONValue) throws -> CachedBeaconState {
        guard !isFormer else { throw SpecTestFailure.superseded(Self.supersession) }
        let pre = try Hash32(hex: vector["pre"]?.string ?? "")
        guard let state = states[pre] else { throw SpecTestFailure("no state \(pre.shortHex)") }
        return state
    }

    private static func bytes(_ vector: JSONValue, _ name: String) throws -> [UInt8] {
        try [UInt8](hex: vector[name]?.string ?? "")
    }
}

extension PolVectors {
    private static let supersession =
        "made before votes had two signatures and slices were drawn: its states and certificates have another shape, and the executable "
        + "specification's own vectors take its place"
}
