public import HivemindAveraging
public import HivemindWire
import MessagePack

/// What a request says besides its tensors: a map in MessagePack. What is not known here is passed on as it came.
public struct RequestMetadata: Equatable, Sendable {
    /// Bytes that are read.
    public static let maximumSize = 64 * 1024
    /// Servers that follow in a chain.
    public static let maximumServers = 256
    /// Bytes of a session's or step's name.
    public static let maximumName = 128
    private static let limits = MessagePackLimits(maximumSize: maximumSize, maximumDepth: 8, maximumValues: 4096)

    /// A server later in the chain, to which a step's output is pushed.
    public struct NextServer: Hashable, Sendable {
        /// Base58.
        public var peer: String
        public var session: String
        public var blocks: Range<Int>

        public init(peer: String, session: String, blocks: Range<Int>) {
            (self.peer, self.session, self.blocks) = (peer, session, blocks)
        }
    }

    private var entries: [MessagePackValue.Entry]

    public init() { entries = [] }

    /// Reads the map; no bytes are an empty one.
    public init(bytes: [UInt8]) throws(HivemindError) {
        entries = []
        guard !bytes.isEmpty else { return }
        let value: MessagePackValue
        do { value = try MessagePackValue(bytes: bytes, limits: Self.limits) } catch { throw .messagePack(error) }
        guard let map = value.map else { throw .malformed("a request's metadata are no map") }
        entries = map
        for key in [Key.session, .step, .adapter] {
            guard let value = self[key], !value.isNull else { continue }
            guard let text = value.text, text.utf8.count <= (key == .adapter ? 1024 : Self.maximumName) else {
                throw .malformed("'\(key.rawValue)' is no text, or too long")
            }
        }
    }

    public var bytes: [UInt8] { MessagePackValue.map(entries).bytes }

    private enum Key: String {
        case session = "session_id"
        case step = "step_id"
        case maximumLength = "max_length"
        case adapter = "active_adapter"
        case next = "next_servers"
        case pushed
        case compression = "output_compression"
        case arguments = "args_structure"
        case points
    }

    private subscript(key: Key) -> MessagePackValue? {
        get { MessagePackValue.map(entries)[key.rawValue] }
        set {
            entries.removeAll { $0.key.text == key.rawValue }
            if let newValue { entries.append(.init(.text(key.rawValue), newValue)) }
        }
    }

    /// Names the session to servers that push to it.
    public var session: String? {
        get { self[.session]?.text }
        set { self[.session] = newValue.map { .text($0) } }
    }

    /// Names the step: it counts once, whether it comes from the client or is pushed.
    public var step: String? {
        get { self[.step]?.text }
        set { self[.step] = newValue.map { .text($0) } }
    }

    /// Tokens that a session may have in all.
    public var maximumLength: Int? {
        get { self[.maximumLength]?.int }
        set { self[.maximumLength] = newValue.map { .integer(Int64($0)) } }
    }

    /// The adapter's name; `nil` for the bare model.
    public var adapter: String? {
        get { self[.adapter]?.text.flatMap { $0.isEmpty ? nil : $0 } }
        set { self[.adapter] = newValue.map { .text($0) } ?? .null }
    }

    /// Whether it comes from the server before.
    public var isPushed: Bool {
        get { self[.pushed]?.bool ?? false }
        set { self[.pushed] = newValue ? .bool(true) : nil }
    }

    /// What the client would pay: Petals' clients say 0.0.
    public var points: Double? {
        get { self[.points]?.double }
        set { self[.points] = newValue.map { .float($0) } }
    }

    /// How the client wants each tensor of the answer; `nil` where it leaves that open.
    public func outputCompression() throws(HivemindError) -> [SerialisedTensor.Compression]? {
        guard let value = self[.compression], !value.isNull else { return nil }
        guard let list = value.tuple ?? value.array else { throw .malformed("'output_compression' is no list") }
        return try list.map { element throws(HivemindError) in
            guard let number = element.int, let kind = UInt64(exactly: number).flatMap(SerialisedTensor.Compression.init(rawValue:)) else {
                throw .malformed("'output_compression' names none")
            }
            return kind
        }
    }

    public mutating func setOutputCompression(_ kinds: [SerialisedTensor.Compression]) {
        self[.compression] = .tuple(kinds.map { .integer(Int64($0.rawValue)) })
    }

    /// The servers that follow in the chain, the next first.
    public func nextServers() throws(HivemindError) -> [NextServer] {
        guard let value = self[.next], !value.isNull else { return [] }
        guard let list = value.tuple ?? value.array else { throw .malformed("'next_servers' is no list") }
        guard list.count <= Self.maximumServers else { throw .tooMany("servers in a chain", limit: Self.maximumServers) }
        return try list.map { element throws(HivemindError) in
            guard let parts = element.tuple ?? element.array, parts.count == 4,
                let peer = parts[0].text, peer.utf8.count <= Self.maximumName,
                let session = parts[1].text, session.utf8.count <= Self.maximumName, let start = parts[2].int, let end = parts[3].int,
                0 <= start, start < end, end <= ModuleUID.maximumBlocks
            else { throw .malformed("a server in 'next_servers'") }
            return NextServer(peer: peer, session: session, blocks: start..<end)
        }
    }

    public mutating func setNextServers(_ servers: [NextServer]) {
        self[.next] = .array(
            servers.map {
                .tuple([
                    .text($0.peer), .text($0.session), .integer(Int64($0.blocks.lowerBound)), .integer(Int64($0.blocks.upperBound)),
                ])
            })
    }

    /// Which of the request's tensors stands for each argument of the call: `((b"__T0", b"__T1"), {})`. Without a word of it
    /// each tensor stands for itself.
    ///
    /// - Parameter count: tensors of the request.
    public func arguments(count: Int) throws(HivemindError) -> [Int] {
        guard let value = self[.arguments], !value.isNull else { return Array(0..<count) }
        guard let pair = value.tuple ?? value.array, pair.count == 2, let positional = pair[0].tuple ?? pair[0].array,
            positional.count <= ExpertRequest.maximumTensors
        else { throw .malformed("'args_structure' is no pair of arguments and keywords") }
        return try positional.map { element throws(HivemindError) in
            guard let mark = element.binary, mark.starts(with: Self.tensorMark),
                let place = Int(String(decoding: mark.dropFirst(Self.tensorMark.count), as: UTF8.self)), (0..<count).contains(place)
            else { throw .malformed("'args_structure' names something else than one of the \(count) tensors") }
            return place
        }
    }

    /// Says that the request's `count` tensors are the call's arguments in their order.
    public mutating func setArguments(count: Int) {
        let marks = (0..<count).map { MessagePackValue.binary(Self.tensorMark + Array("\($0)".utf8)) }
        self[.arguments] = .tuple([.tuple(marks), .map([])])
    }

    private static let tensorMark = Array("__T".utf8)
}
