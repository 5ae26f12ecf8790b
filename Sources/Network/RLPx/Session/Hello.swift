public import Primitives
import RLP
public import Secp256k1

/// The first message of either side: who it is and what it speaks. More items are for later versions and not read (EIP-8).
public struct Hello: Sendable, Hashable {
    public static let protocolVersion: UInt64 = 5
    public static let maximumSize = 8_192
    static let maximumCapabilities = 128
    static let maximumClientLength = 256
    /// What is read; the specification has 8.
    static let maximumNameLength = 16

    public var version: UInt64
    public var clientID: String
    public var capabilities: [Capability]
    public var listenPort: UInt64
    public var publicKey: FixedBytes<64>

    public init(clientID: String, capabilities: [Capability], listenPort: UInt16, publicKey: Secp256k1PublicKey) {
        version = Self.protocolVersion
        (self.clientID, self.capabilities, self.listenPort) = (clientID, capabilities, UInt64(listenPort))
        self.publicKey = publicKey.coordinates
    }

    public init(_ bytes: [UInt8]) throws(RLPxError) {
        guard bytes.count <= Self.maximumSize else { throw .tooLarge(limit: Self.maximumSize, actual: bytes.count) }
        do throws(RLPError) {
            var fields = try RLPDecoder.list(bytes)
            version = try fields.uint64()
            let client = try fields.slice()
            guard client.count <= Self.maximumClientLength else {
                throw RLPError.tooLarge(limit: Self.maximumClientLength, actual: client.count)
            }
            clientID = String(decoding: client, as: UTF8.self)
            var list = try fields.list()
            capabilities = []
            while !list.isAtEnd {
                guard capabilities.count < Self.maximumCapabilities else {
                    throw RLPError.tooLarge(limit: Self.maximumCapabilities, actual: capabilities.count + 1)
                }
                var item = try list.list()
                let name = try item.slice()
                guard name.count <= Self.maximumNameLength else {
                    throw RLPError.tooLarge(limit: Self.maximumNameLength, actual: name.count)
                }
                let capability = Capability(String(decoding: name, as: UTF8.self), try item.uint64())
                // What is not ASCII names no protocol, and text that is written in another way could equal one that does.
                if name.allSatisfy({ $0 < 0x80 }) { capabilities.append(capability) }
            }
            listenPort = try fields.uint64()
            publicKey = try fields.fixedBytes(FixedBytes<64>.self)
        } catch {
            throw .malformed(error)
        }
    }

    public var encoded: [UInt8] {
        RLPEncoder.list { list in
            list.append(version)
            list.append(bytes: Array(clientID.utf8.prefix(Self.maximumClientLength)))
            list.appendList { inner in
                for capability in capabilities {
                    inner.appendList { item in
                        item.append(bytes: Array(capability.name.utf8))
                        item.append(capability.version)
                    }
                }
            }
            list.append(listenPort)
            list.append(publicKey)
        }
    }
}
