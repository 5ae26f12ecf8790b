/// What is run.
struct MatrixOptions {
    static let usage = """
        usage: polai-gossip-matrix [--nodes 512] [--messages 4000] [--dials 16] [--sizes 100,1024] [--mbps 20,50]
            [--kinds NAME,…] [--seed 1] [--runs 1]
        kinds: \(MeshKind.all.map(\.name).joined(separator: ", "))
        """

    var nodes = 512
    var messages = 4000
    var dials = 16
    var sizes = [100, 1024]
    var megabits: [UInt64] = [20, 50]
    var kinds = MeshKind.all
    var seed: UInt64 = 1
    /// Each row is run so often, and must have one trace.
    var runs = 1

    init(_ arguments: [String]) throws(UsageError) {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard let value = rest.popFirst() else { throw UsageError("\(name) wants a value") }
            switch name {
            case "--nodes": nodes = try Self.number(name, value, 2...4096)
            case "--messages": messages = try Self.number(name, value, 1...100_000)
            case "--dials": dials = try Self.number(name, value, 1...64)
            case "--sizes": sizes = try Self.list(name, value, 16...1_000_000)
            case "--mbps": megabits = try Self.list(name, value, 1...100_000).map(UInt64.init)
            case "--seed": seed = UInt64(try Self.number(name, value, 0...(.max)))
            case "--runs": runs = try Self.number(name, value, 1...10)
            case "--kinds": kinds = try value.split(separator: ",").map { name throws(UsageError) in try Self.kind(String(name)) }
            default: throw UsageError("unknown option \(name)")
            }
        }
    }

    private static func kind(_ name: String) throws(UsageError) -> MeshKind {
        guard let found = MeshKind.all.first(where: { $0.name == name }) else { throw UsageError("unknown kind \(name)") }
        return found
    }

    private static func list(_ name: String, _ text: String, _ range: ClosedRange<Int>) throws(UsageError) -> [Int] {
        try text.split(separator: ",").map { part throws(UsageError) in try number(name, String(part), range) }
    }

    private static func number(_ name: String, _ text: String, _ range: ClosedRange<Int>) throws(UsageError) -> Int {
        guard let value = Int(text), range.contains(value) else {
            throw UsageError("\(name) is a number from \(range.lowerBound) to \(range.upperBound), not \(text)")
        }
        return value
    }
}

struct UsageError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = "\(description)\n\(MatrixOptions.usage)" }
}
