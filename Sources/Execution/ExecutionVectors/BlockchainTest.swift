import ExecutionChain
public import JSON
import Primitives
import StateTrie

/// One blockchain test (the BlockchainTests format): blocks that follow a genesis, some of them invalid.
public struct BlockchainTest {
    public let name: String
    private let content: JSONValue

    public init(_ member: JSONValue.Member) {
        name = member.name
        content = member.value
    }

    public func run() -> VectorReport {
        var report = VectorReport()
        guard let network = content["network"]?.string, let config = VectorNetwork.config(network) else {
            report.skipped = 1
            return report
        }
        do {
            try run(config)
            report.passed = 1
        } catch {
            report.failures.append("\(name): \(error)")
        }
        return report
    }

    private func run(_ config: ChainConfig) throws {
        var chain = try VectorChain(config: config, genesis: genesis(), accounts: content.member("pre"))
        for (index, entry) in (content["blocks"]?.array ?? []).enumerated() {
            let refused = entry["expectException"] ?? entry["expectExceptionALL"]
            do {
                try chain.add(Block(encoded: entry.member("rlp").bytes()))
            } catch {
                guard refused != nil else { throw VectorError("block \(index) refused: \(error)") }
                continue
            }
            if let refused { throw VectorError("block \(index) accepted, but should be refused: \(refused)") }
        }
        let last = try content.member("lastblockhash").hash()
        guard chain.head.hash == last else { throw VectorError("the head is \(chain.head.hash), expected \(last)") }
        if let expected = try content["postStateHash"]?.hash(), chain.head.stateRoot != expected {
            throw VectorError("state root \(chain.head.stateRoot), expected \(expected)")
        }
        if let accounts = content["postState"] { try chain.check(accounts) }
    }

    private func genesis() throws -> BlockHeader {
        let header = try Block(encoded: content.member("genesisRLP").bytes()).header
        let expected = try content.member("genesisBlockHeader").member("hash").hash()
        guard header.hash == expected else { throw VectorError("the genesis is \(header.hash), expected \(expected)") }
        return header
    }
}
