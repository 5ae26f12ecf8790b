import EVM
public import JSON
import Primitives
import Transactions

/// One transaction test (the TransactionTests format): bytes that are a transaction or none, fork by fork.
public struct TransactionTest {
    public let name: String
    private let content: JSONValue

    public init(_ member: JSONValue.Member) {
        name = member.name
        content = member.value
    }

    public func run() -> VectorReport {
        var report = VectorReport()
        guard let forks = content["result"]?.object, !forks.isEmpty else {
            report.failures.append("\(name): result is missing or no object")
            return report
        }
        for fork in forks {
            guard let revision = EVMRevision(vectorName: fork.name) else {
                report.skipped += 1
                continue
            }
            do {
                try run(fork.value, revision)
                report.passed += 1
            } catch {
                report.failures.append("\(name)[\(fork.name)]: \(error)")
            }
        }
        return report
    }

    private func run(_ expected: JSONValue, _ revision: EVMRevision) throws {
        let outcome = Result { try Self.check(try content.member("txbytes").bytes(), revision) }
        if let exception = expected["exception"] {
            if case .success = outcome { throw VectorError("accepted, but should be refused: \(exception)") }
            return
        }
        let (transaction, sender) = try outcome.get()
        guard try sender == expected.member("sender").address() else { throw VectorError("recovered the sender \(sender)") }
        guard try transaction.hash == expected.member("hash").hash() else { throw VectorError("hash \(transaction.hash)") }
        let gas = try expected.member("intrinsicGas").uint64()
        guard transaction.intrinsicGas(revision) == gas else {
            throw VectorError("intrinsic gas \(transaction.intrinsicGas(revision)), expected \(gas)")
        }
    }

    private static func check(_ bytes: [UInt8], _ revision: EVMRevision) throws -> (Transaction, Address) {
        let transaction = try Transaction(encoded: bytes)
        try transaction.validateAlone(revision, chainID: 1)
        return (transaction, try transaction.sender(revision))
    }
}
