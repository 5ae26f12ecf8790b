import JSON
import Primitives

/// How the console shows what a node answers.
enum ConsoleText {
    /// Methods whose quantity is a number that people read in decimals.
    private static let numbers: Set<String> = [
        "eth_blockNumber", "eth_getBalance", "eth_gasPrice", "eth_getTransactionCount", "eth_estimateGas", "eth_maxPriorityFeePerGas",
        "eth_hashrate", "net_peerCount", "eth_chainId",
    ]

    static func of(_ value: JSONValue, from method: String) -> String {
        if numbers.contains(method), let number = value.quantity { return "\(number)" }
        return indented(value, depth: 0)
    }

    private static func indented(_ value: JSONValue, depth: Int) -> String {
        let (inner, outer) = (String(repeating: "  ", count: depth + 1), String(repeating: "  ", count: depth))
        switch value {
        case .array(let items) where !items.isEmpty:
            return "[\n" + items.map { inner + indented($0, depth: depth + 1) }.joined(separator: ",\n") + "\n\(outer)]"
        case .object(let members) where !members.isEmpty:
            let lines = members.map { "\(inner)\($0.name): \(indented($0.value, depth: depth + 1))" }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(outer)}"
        default: return String(decoding: value.utf8, as: UTF8.self)
        }
    }
}
