public import HivemindWire

/// One block of a model in a Petals swarm: `prefix.N` names layer N of the model that the swarm calls `prefix`.
public struct ModuleUID: Hashable, Sendable, CustomStringConvertible {
    /// Between the names of a chain.
    static let chainDelimiter: Character = " "
    static let delimiter: Character = "."
    /// Bytes of a prefix that are read.
    public static let maximumPrefix = 256
    /// Blocks of one model that are read.
    public static let maximumBlocks = 4096

    public let prefix: String
    public let block: Int

    public init(prefix: String, block: Int) { (self.prefix, self.block) = (prefix, block) }

    /// Reads `prefix.N`.
    public init(_ text: some StringProtocol) throws(HivemindError) {
        let parts = text.split(separator: Self.delimiter, omittingEmptySubsequences: false)
        guard parts.count == 2, Self.isPrefix(parts[0]), parts[1].utf8.count <= 4, parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let block = Int(parts[1]), block < Self.maximumBlocks
        else { throw .malformed("'\(text.prefix(64))' is no block's name such as model.0") }
        self.init(prefix: String(parts[0]), block: block)
    }

    /// Whether a swarm's model may be called so.
    public static func isPrefix(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.count <= maximumPrefix && !text.contains(delimiter) && !text.contains(where: \.isWhitespace)
    }

    public var description: String { "\(prefix)\(Self.delimiter)\(block)" }
}

/// Blocks of one model in their order, as requests name them: `prefix.A prefix.A+1 …`.
public struct ModuleChain: Hashable, Sendable, CustomStringConvertible {
    /// Bytes of a chain that are read.
    public static let maximumSize = 256 * 1024

    public let prefix: String
    public let blocks: Range<Int>

    public init(prefix: String, blocks: Range<Int>) { (self.prefix, self.blocks) = (prefix, blocks) }

    /// Reads the names: at least one, of one model, each the next after the one before.
    public init(_ text: String) throws(HivemindError) {
        guard text.utf8.count <= Self.maximumSize else { throw .tooMany("bytes of block names", limit: Self.maximumSize) }
        var (first, count): (ModuleUID?, Int) = (nil, 0)
        for name in text.split(separator: ModuleUID.chainDelimiter, omittingEmptySubsequences: false) {
            let uid = try ModuleUID(name)
            let start = first ?? uid
            guard uid.prefix == start.prefix, uid.block == start.block + count else {
                throw .malformed("'\(name.prefix(64))' does not follow the block before it")
            }
            (first, count) = (start, count + 1)
        }
        guard let first else { throw .malformed("no blocks are named") }
        self.init(prefix: first.prefix, blocks: first.block..<first.block + count)
    }

    /// Each block's name.
    public var modules: [ModuleUID] { blocks.map { ModuleUID(prefix: prefix, block: $0) } }

    public var description: String { modules.map(\.description).joined(separator: String(ModuleUID.chainDelimiter)) }
}
