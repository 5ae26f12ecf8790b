public import ContentRouting
import Primitives

/// How topics are called among peers, how their messages travel, and what they are known by: a network's own convention.
public struct TopicCoding: Sendable {
    /// A topic's name among peers.
    public var wireName: @Sendable (Topic) -> String
    /// What travels of a message.
    public var encode: @Sendable ([UInt8]) -> [UInt8]
    /// The message of what came, or `nil` where it is none, for which its sender is held to account.
    public var decode: @Sendable ([UInt8]) -> [UInt8]?
    /// The id of a message, by its topic's name among peers and what travels.
    public var messageID: @Sendable (_ wireName: String, _ data: [UInt8]) -> [UInt8]

    public init(
        wireName: @escaping @Sendable (Topic) -> String, encode: @escaping @Sendable ([UInt8]) -> [UInt8],
        decode: @escaping @Sendable ([UInt8]) -> [UInt8]?, messageID: @escaping @Sendable (String, [UInt8]) -> [UInt8]
    ) {
        (self.wireName, self.encode, self.decode, self.messageID) = (wireName, encode, decode, messageID)
    }

    /// Names behind a prefix, messages as they are, ids a hash of both.
    public static func plain(prefix: String) -> TopicCoding {
        TopicCoding(
            wireName: { prefix + $0.name }, encode: { $0 }, decode: { $0 },
            messageID: { name, data in
                let name = Array(name.utf8)
                return Array(SHA256.hash(UInt64(name.count).littleEndianBytes + name + data).bytes.prefix(20))
            })
    }
}
