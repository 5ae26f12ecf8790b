import JSON
import Primitives

/// What is typed into the console: `eth.blockNumber`, `eth.getBlock("latest", false)`, or a method by its name on the wire,
/// `eth_getBalance("0x…", "latest")`.
struct ConsoleExpression: Equatable {
    let method: String
    let parameters: [JSONValue]

    struct Failure: Error, Equatable, CustomStringConvertible { let description: String }

    /// Names of the console that are others on the wire, and parameters that it fills in.
    private static let names: [String: (method: String, defaults: [JSONValue])] = [
        "eth.getTransaction": ("eth_getTransactionByHash", []), "eth.getBalance": ("eth_getBalance", [.null, "latest"]),
        "eth.getTransactionCount": ("eth_getTransactionCount", [.null, "latest"]), "eth.getCode": ("eth_getCode", [.null, "latest"]),
        "eth.getStorageAt": ("eth_getStorageAt", [.null, .null, "latest"]), "eth.call": ("eth_call", [.null, "latest"]),
        "eth.getBlock": ("eth_getBlockByNumber", ["latest", false]), "eth.getUncle": ("eth_getUncleByBlockNumberAndIndex", []),
        "web3.version": ("web3_clientVersion", []), "net.version": ("net_version", []),
    ]

    private static let namesByHash = [
        "eth.getBlock": "eth_getBlockByHash", "eth.getUncle": "eth_getUncleByBlockHashAndIndex",
    ]

    /// Methods that take numbers as they are.
    private static let takingNumbers: Set<String> = ["miner_start"]

    init(_ text: String) throws(Failure) {
        let text = text.trimmingPrefix { $0.isWhitespace }
        let name = text.prefix { $0.isLetter || $0.isNumber || $0 == "." || $0 == "_" }
        guard let first = name.first, first.isLetter, name.contains(where: { $0 == "." || $0 == "_" }) else {
            throw Failure(description: "write a method: eth.blockNumber, eth.getBlock(\"latest\"), eth_getBalance(\"0x…\", \"latest\")")
        }
        let given = try Self.arguments(text.dropFirst(name.count))
        let known = Self.names[String(name)]
        var parameters = known?.defaults ?? []
        for (index, value) in given.enumerated() {
            if index < parameters.count { parameters[index] = value } else { parameters.append(value) }
        }
        let needed = known?.defaults.count { $0.isNull } ?? 0
        guard given.count >= needed else {
            throw Failure(description: "\(name) needs \(needed == 1 ? "1 argument" : "\(needed) arguments")")
        }
        var method = known?.method ?? name.split(separator: ".").joined(separator: "_")
        // A block is named by its number or its hash.
        if case .string(let hash)? = parameters.first, hash.utf8.count == 66, let other = Self.namesByHash[String(name)] { method = other }
        let wire = method
        self.method = wire
        self.parameters = parameters.map { value in Self.onWire(value, of: wire) }
    }

    /// `(…)`, a JSON array in other brackets, or nothing; strings stand in either kind of quotes.
    private static func arguments(_ text: Substring) throws(Failure) -> [JSONValue] {
        let trimmed = text.filter { $0 != "\n" }.reversed().drop { $0.isWhitespace || $0 == ";" }.reversed()
        let inner = String(trimmed)
        guard !inner.isEmpty else { return [] }
        guard inner.hasPrefix("("), inner.hasSuffix(")") else { throw Failure(description: "arguments stand in parentheses") }
        let quoted = doubleQuoted(inner.dropFirst().dropLast())
        guard let value = try? JSONValue(parsing: Array("[\(quoted)]".utf8)), case .array(let values) = value else {
            throw Failure(description: "arguments are JSON: strings in quotes, numbers, true, false, {…}, […]")
        }
        return values
    }

    private static func doubleQuoted(_ text: Substring) -> String {
        var (output, quote, isEscaped) = ("", Character?.none, false)
        for character in text {
            if isEscaped {
                isEscaped = false
            } else if character == "\\", quote != nil {
                isEscaped = true
            } else if character == quote {
                quote = nil
                output.append("\"")
                continue
            } else if quote == nil, character == "'" || character == "\"" {
                quote = character
                output.append("\"")
                continue
            } else if character == "\"" {
                output.append("\\")
            }
            output.append(character)
        }
        return output
    }

    /// Methods take numbers as hexadecimal quantities.
    private static func onWire(_ value: JSONValue, of method: String) -> JSONValue {
        guard !takingNumbers.contains(method), case .number(let digits) = value, let number = UInt64(digits) else { return value }
        return .string(UInt256(number).quantityHex)
    }
}
