/// Where an execution engine listens: `http://HOST:PORT`, without a path of its own.
public struct EngineEndpoint: Hashable, Sendable, CustomStringConvertible {
    public struct Malformed: Error, Hashable, Sendable, CustomStringConvertible {
        public let text: String
        public var description: String { "'\(text)' is no address of an execution engine; write it as http://HOST:8551" }
    }

    public let url: String

    /// - Parameter text: as `--execution-endpoint` has it.
    public init(_ text: String) throws(Malformed) {
        let rest = text.hasPrefix("http://") ? text.dropFirst(7) : text.hasPrefix("https://") ? text.dropFirst(8) : ""
        let place = rest.hasSuffix("/") ? rest.dropLast() : rest
        let isPlace =
            !place.isEmpty
            && place.utf8.allSatisfy { byte in
                byte > 0x20 && byte < 0x7f && !"/?#@\"<>\\".utf8.contains(byte)
            }
        guard isPlace else { throw Malformed(text: String(text.prefix(200))) }
        url = text.hasSuffix("/") ? text : text + "/"
    }

    public var description: String { url }
}
