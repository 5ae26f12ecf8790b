public import HivemindWire
public import MessagePack

/// What a server says of itself in the DHT, under the name of each of its blocks with its peer id in Base58 as the subkey: the
/// tuple (state, throughput, map).
public struct ServerInfo: Equatable, Sendable {
    /// Bytes that are read.
    public static let maximumSize = 64 * 1024
    /// Adapters, and round trips to other servers, that are read.
    public static let maximumItems = 256
    private static let limits = MessagePackLimits(maximumSize: maximumSize, maximumDepth: 6, maximumValues: 2048)

    public enum State: Int, Sendable, Comparable {
        case offline = 0
        case joining = 1
        case online = 2

        public static func < (left: State, right: State) -> Bool { left.rawValue < right.rawValue }
    }

    public var state: State
    /// Tokens through one block a second, or the share of them that the network takes.
    public var throughput: Double
    public var blocks: Range<Int>?
    public var publicName: String?
    /// The version of Petals whose protocol it speaks.
    public var version: String?
    /// Tokens a second that the network takes.
    public var networkRate: Double?
    /// Tokens a second through one block, where many go at once.
    public var forwardRate: Double?
    /// Steps a second through one block.
    public var inferenceRate: Double?
    /// Names of adapters that a request may ask for.
    public var adapters: [String] = []
    /// `float32`, `bfloat16`, …
    public var tensorType: String?
    public var quantisation: String?
    public var usesRelay: Bool?
    /// Tokens of one block whose key or value still has room: a token of a session takes two in each of its blocks.
    public var cacheTokensLeft: Int?
    /// Round trips in seconds to servers that may follow, by their ids in Base58.
    public var nextPings: [String: Double]?

    public init(state: State, throughput: Double, blocks: Range<Int>? = nil) {
        (self.state, self.throughput, self.blocks) = (state, throughput, blocks)
    }

    /// Reads a value of the DHT.
    public init(bytes: [UInt8]) throws(HivemindError) {
        let value: MessagePackValue
        do { value = try MessagePackValue(bytes: bytes, limits: Self.limits) } catch { throw .messagePack(error) }
        guard let parts = value.tuple ?? value.array, parts.count >= 2, let state = parts[0].int.flatMap(State.init(rawValue:)),
            let throughput = parts[1].double, throughput.isFinite, throughput >= 0
        else { throw .malformed("what a server says of itself has no state or no throughput") }
        self.init(state: state, throughput: throughput)
        guard parts.count > 2 else { return }
        guard parts[2].map != nil else { throw .malformed("what a server says of itself is no map") }
        try read(parts[2])
    }

    private mutating func read(_ fields: MessagePackValue) throws(HivemindError) {
        func text(_ name: String) throws(HivemindError) -> String? {
            try Self.read(fields, name) { $0.text.flatMap { $0.utf8.count <= 1024 ? $0 : nil } }
        }
        func rate(_ name: String) throws(HivemindError) -> Double? {
            try Self.read(fields, name) { $0.double.flatMap { $0.isFinite && $0 >= 0 ? $0 : nil } }
        }
        func count(_ name: String) throws(HivemindError) -> Int? {
            try Self.read(fields, name) { $0.int.flatMap { $0 >= 0 ? $0 : nil } }
        }
        if let start = try count("start_block"), let end = try count("end_block") {
            guard start < end, end <= ModuleUID.maximumBlocks else { throw .malformed("a server's blocks are none, or too many") }
            blocks = start..<end
        }
        (publicName, version) = (try text("public_name"), try text("version"))
        (networkRate, forwardRate, inferenceRate) = (try rate("network_rps"), try rate("forward_rps"), try rate("inference_rps"))
        adapters = try Self.read(fields, "adapters", Self.adapters) ?? []
        (tensorType, quantisation) = (try text("torch_dtype"), try text("quant_type"))
        usesRelay = try Self.read(fields, "using_relay", \.bool)
        cacheTokensLeft = try count("cache_tokens_left")
        nextPings = try Self.read(fields, "next_pings", Self.pings)
    }

    private static func read<Value>(
        _ fields: MessagePackValue, _ name: String, _ value: (MessagePackValue) -> Value?
    ) throws(HivemindError) -> Value? {
        guard let field = fields[name], !field.isNull else { return nil }
        guard let value = value(field) else { throw .malformed("'\(name)' in what a server says of itself") }
        return value
    }

    private static func adapters(_ value: MessagePackValue) -> [String]? {
        guard let list = value.tuple ?? value.array, list.count <= maximumItems else { return nil }
        let names = list.compactMap(\.text)
        return names.count == list.count ? names : nil
    }

    private static func pings(_ value: MessagePackValue) -> [String: Double]? {
        guard let map = value.map, map.count <= maximumItems else { return nil }
        var pings: [String: Double] = [:]
        for entry in map {
            // Infinity is a server that did not answer.
            guard let peer = entry.key.text, let seconds = entry.value.double, seconds >= 0 else { return nil }
            pings[peer] = seconds
        }
        return pings
    }

    /// As Petals writes it: every field, null where nothing is said.
    public var value: MessagePackValue {
        func text(_ text: String?) -> MessagePackValue { text.map { .text($0) } ?? .null }
        func rate(_ rate: Double?) -> MessagePackValue { rate.map { .float($0) } ?? .null }
        func count(_ count: Int?) -> MessagePackValue { count.map { .integer(Int64($0)) } ?? .null }
        let pings = nextPings?.sorted { $0.key < $1.key }.map { MessagePackValue.Entry(.text($0.key), .float($0.value)) }
        let fields: [(String, MessagePackValue)] = [
            ("start_block", count(blocks?.lowerBound)), ("end_block", count(blocks?.upperBound)), ("public_name", text(publicName)),
            ("version", text(version)), ("network_rps", rate(networkRate)), ("forward_rps", rate(forwardRate)),
            ("inference_rps", rate(inferenceRate)), ("adapters", .tuple(adapters.map { .text($0) })), ("torch_dtype", text(tensorType)),
            ("quant_type", text(quantisation)), ("using_relay", usesRelay.map { MessagePackValue.bool($0) } ?? .null),
            ("cache_tokens_left", count(cacheTokensLeft)), ("next_pings", pings.map { MessagePackValue.map($0) } ?? .null),
        ]
        return .tuple([
            .integer(Int64(state.rawValue)), .float(throughput), .map(fields.map { .init(.text($0.0), $0.1) }),
        ])
    }

    public var bytes: [UInt8] { value.bytes }
}

/// What is kept under `_petals.models` for each model of the public swarm, its prefix being the subkey.
public struct SwarmModel: Equatable, Sendable {
    public static let key = "_petals.models"

    public var blockCount: Int
    /// Where the model lies on the hub.
    public var repository: String?

    public init(blockCount: Int, repository: String? = nil) { (self.blockCount, self.repository) = (blockCount, repository) }

    /// Whether a model of this prefix is told of: one that begins with `_` is private.
    public static func isPublic(prefix: String) -> Bool { !prefix.hasPrefix("_") }

    public init(bytes: [UInt8]) throws(HivemindError) {
        let limits = MessagePackLimits(maximumSize: 4096, maximumDepth: 4, maximumValues: 64)
        let value: MessagePackValue
        do { value = try MessagePackValue(bytes: bytes, limits: limits) } catch { throw .messagePack(error) }
        guard let count = value["num_blocks"]?.int, (1...ModuleUID.maximumBlocks).contains(count) else {
            throw .malformed("a model without a number of blocks")
        }
        self.init(blockCount: count, repository: value["repository"]?.text)
    }

    public var bytes: [UInt8] {
        MessagePackValue.map([
            .init(.text("num_blocks"), .integer(Int64(blockCount))), .init(.text("repository"), repository.map { .text($0) } ?? .null),
        ]).bytes
    }
}
