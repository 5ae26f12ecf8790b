public import Multiformats

/// AutoNAT v2: "can you dial me at one of these addresses?" (libp2p specs, autonat-v2). What travels on a stream of ``name``, each
/// message behind its length:
/// `{1: {1: addrs…, 2: nonce}, 2: {1: status, 2: addrIdx, 3: dialStatus}, 3: {1: addrIdx, 2: numBytes}, 4: {1: data}}`, one of the four.
public enum DialRequestMessage: Equatable, Sendable {
    public static let name = "/libp2p/autonat/2/dial-request"
    public static let maximumSize = 8192
    /// The most addresses that are read.
    public static let maximumAddresses = 50
    /// The most data of one message.
    public static let maximumData = 4096

    public enum Status: UInt64, Sendable {
        case internalError = 0
        case requestRejected = 100
        case dialRefused = 101
        case ok = 200
    }

    public enum DialStatus: UInt64, Sendable {
        case unused = 0
        /// Nobody answered at the address.
        case dialError = 100
        /// Somebody answered, and did not take the nonce.
        case dialBackError = 101
        case ok = 200
    }

    /// Dial the first of these addresses that you are willing to, and say the nonce there. An address of a kind that is not known
    /// here is an empty one: it keeps its place.
    case request([Multiaddr], nonce: UInt64)
    /// What came of it, and of which address.
    case response(Status, index: Int, dial: DialStatus)
    /// So many bytes are wanted before the address is dialled.
    case dataRequest(index: Int, count: UInt64)
    /// Some of them.
    case data([UInt8])

    public init(bytes: [UInt8]) throws(WireError) {
        guard bytes.count <= Self.maximumSize else { throw .tooLong(length: UInt64(bytes.count), limit: Self.maximumSize) }
        var reader = ProtobufReader(bytes)
        var found: DialRequestMessage?
        while let field = try reader.next() {
            guard let body = field.bytes else { continue }
            switch field.number {
            case 1: found = try Self.readRequest(body)
            case 2: found = try Self.readResponse(body)
            case 3: found = try Self.readDataRequest(body)
            case 4: found = try Self.readData(body)
            default: break
            }
        }
        guard let found else { throw .malformed("AutoNAT v2 message") }
        self = found
    }

    private static func readRequest(_ bytes: [UInt8]) throws(WireError) -> DialRequestMessage {
        var reader = ProtobufReader(bytes)
        var (addresses, nonce) = ([Multiaddr](), UInt64(0))
        while let field = try reader.next() {
            switch field.number {
            case 1: if addresses.count < maximumAddresses { addresses.append(field.multiaddr ?? Multiaddr([])) }
            case 2: nonce = try fixed(field)
            default: break
            }
        }
        return .request(addresses, nonce: nonce)
    }

    private static func readResponse(_ bytes: [UInt8]) throws(WireError) -> DialRequestMessage {
        var reader = ProtobufReader(bytes)
        var (code, place, dialled) = (UInt64(0), 0, UInt64(0))
        while let field = try reader.next() {
            switch field.number {
            case 1: code = field.varint ?? .max
            case 2: place = try index(field)
            case 3: dialled = field.varint ?? .max
            default: break
            }
        }
        guard let status = Status(rawValue: code) else { throw .malformed("status of an AutoNAT v2 response") }
        guard let dial = DialStatus(rawValue: dialled) else { throw .malformed("dial status of an AutoNAT v2 response") }
        return .response(status, index: place, dial: dial)
    }

    private static func readDataRequest(_ bytes: [UInt8]) throws(WireError) -> DialRequestMessage {
        var reader = ProtobufReader(bytes)
        var (place, count) = (0, UInt64(0))
        while let field = try reader.next() {
            switch field.number {
            case 1: place = try index(field)
            case 2: count = field.varint ?? .max
            default: break
            }
        }
        return .dataRequest(index: place, count: count)
    }

    private static func readData(_ bytes: [UInt8]) throws(WireError) -> DialRequestMessage {
        var reader = ProtobufReader(bytes)
        var data: [UInt8] = []
        while let field = try reader.next() { if field.number == 1 { data = field.bytes ?? [] } }
        guard data.count <= maximumData else { throw .tooLong(length: UInt64(data.count), limit: maximumData) }
        return .data(data)
    }

    private static func index(_ field: ProtobufReader.Field) throws(WireError) -> Int {
        guard let value = field.varint, value <= UInt64(UInt32.max) else { throw .malformed("index of an address") }
        return Int(value)
    }

    /// The nonce of a field of eight bytes.
    static func fixed(_ field: ProtobufReader.Field) throws(WireError) -> UInt64 {
        guard case .fixed64(let value) = field.value else { throw .malformed("nonce") }
        return value
    }

    /// Fields that are zero are left out, as proto3 has it.
    public var bytes: [UInt8] {
        var (writer, inner) = (ProtobufWriter(), ProtobufWriter())
        switch self {
        case .request(let addresses, let nonce):
            for address in addresses { inner.bytes(1, address.bytes) }
            if nonce != 0 { inner.fixed64(2, nonce) }
            writer.bytes(1, inner.bytes)
        case .response(let status, let index, let dial):
            if status != .internalError { inner.varint(1, status.rawValue) }
            if index != 0 { inner.varint(2, UInt64(index)) }
            if dial != .unused { inner.varint(3, dial.rawValue) }
            writer.bytes(2, inner.bytes)
        case .dataRequest(let index, let count):
            if index != 0 { inner.varint(1, UInt64(index)) }
            if count != 0 { inner.varint(2, count) }
            writer.bytes(3, inner.bytes)
        case .data(let data):
            inner.bytes(1, data)
            writer.bytes(4, inner.bytes)
        }
        return writer.bytes
    }
}
