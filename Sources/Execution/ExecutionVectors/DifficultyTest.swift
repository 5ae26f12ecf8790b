import ExecutionChain
public import JSON
import Primitives

/// A test of the difficulty before the merge (the DifficultyTests format): cases under one or more forks.
public struct DifficultyTest {
    public let name: String
    private let content: JSONValue

    public init(_ member: JSONValue.Member) {
        name = member.name
        content = member.value
    }

    public func run() -> VectorReport {
        var report = VectorReport()
        guard let forks = content.object, !forks.isEmpty else {
            report.failures.append("\(name): no object of forks")
            return report
        }
        for fork in forks where !fork.name.hasPrefix("_") {
            for test in fork.value.object ?? [] {
                guard let rules = VectorNetwork.fork(fork.name) else {
                    report.skipped += 1
                    continue
                }
                do {
                    try run(test.value, rules)
                    report.passed += 1
                } catch {
                    report.failures.append("\(name)[\(fork.name)] \(test.name): \(error)")
                }
            }
        }
        return report
    }

    private func run(_ test: JSONValue, _ fork: ExecutionFork) throws {
        let uncles = test["parentUncles"]?.string ?? "0x00"
        let noUncles = "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347"
        let difficulty = EthereumDifficulty.next(
            fork, number: try test.member("currentBlockNumber").uint64(),
            timestamp: try test.member("currentTimestamp").uint64(), parentTimestamp: try test.member("parentTimestamp").uint64(),
            parentDifficulty: try test.member("parentDifficulty").uint256(),
            parentHasOmmers: !["0x", "0x0", "0x00", "0", noUncles].contains(uncles))
        let expected = try test.member("currentDifficulty").uint256()
        guard difficulty == expected else { throw VectorError("difficulty \(difficulty), expected \(expected)") }
    }
}
