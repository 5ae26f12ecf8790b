import ArgumentParser
import ExecutionVectors
import Foundation
import JSON
import Primitives

/// `polai t8n`: one state transition, as public fuzzers and fillers drive it.
struct TransitionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "t8n",
        abstract: "Run transactions on a state and print what came of it (the t8n shape of geth's evm).",
        discussion: """
            Inputs are files, or stdin: one object with the members alloc, env and txs. Outputs are files below \
            --output.basedir, or stdout.
            """)

    @Option(name: .customLong("input.alloc"), help: "The accounts before.")
    var inputAlloc = "alloc.json"
    @Option(name: .customLong("input.env"), help: "The block around the transactions.")
    var inputEnvironment = "env.json"
    @Option(name: .customLong("input.txs"), help: "The transactions: a list of objects, or RLP in hexadecimal.")
    var inputTransactions = "txs.json"
    @Option(name: .customLong("output.basedir"), help: "Where output files lie.")
    var folder = "."
    @Option(name: .customLong("output.alloc"), help: "The accounts after.")
    var outputAlloc = "alloc.json"
    @Option(name: .customLong("output.result"), help: "Roots, receipts, refused transactions.")
    var outputResult = "result.json"
    @Option(name: .customLong("output.body"), help: "RLP of the transactions that ran.")
    var outputBody: String?
    @Option(name: .customLong("state.fork"), help: "The rules, by their name in public vectors.")
    var fork = "Prague"
    @Option(name: .customLong("state.chainid"), help: "The chain's id.")
    var chainID: UInt64 = 1
    @Option(name: .customLong("state.reward"), help: "Wei for the block before the merge; -1 for none, the fork's if absent.")
    var reward: Int64?

    func run() throws {
        let paths = [inputAlloc, inputEnvironment, inputTransactions]
        let standard = paths.contains("stdin") ? try parse(FileHandle.standardInput.readDataToEndOfFile()) : .null
        func input(_ path: String, _ member: String) throws -> JSONValue {
            guard path == "stdin" else { return try parse(Data(contentsOf: URL(fileURLWithPath: path))) }
            guard let value = standard[member] else { throw ValidationError("stdin has no member \(member)") }
            return value
        }
        let wei: TransitionTool.Reward = reward.map { $0 < 0 ? .none : .wei(UInt64($0)) } ?? .ofFork
        let tool = try TransitionTool(fork: fork, chainID: chainID, reward: wei)
        let output = try tool.run(
            alloc: input(inputAlloc, "alloc"), environment: input(inputEnvironment, "env"),
            transactions: input(inputTransactions, "txs"))
        var printed: [JSONValue.Member] = []
        func write(_ value: JSONValue, _ path: String?, _ member: String) throws {
            guard let path, !path.isEmpty else { return }
            if path == "stdout" {
                printed.append(.init(member, value))
            } else {
                try Data(value.utf8).write(to: URL(fileURLWithPath: folder).appendingPathComponent(path))
            }
        }
        try write(output.alloc, outputAlloc, "alloc")
        try write(output.result, outputResult, "result")
        try write(.string(output.body.hex), outputBody, "body")
        if !printed.isEmpty { print(JSONValue.object(printed)) }
    }

    private func parse(_ data: Data) throws -> JSONValue { try data.withUnsafeBytes { try JSONValue(parsing: $0) } }
}
