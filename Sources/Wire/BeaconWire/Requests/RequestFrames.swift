public import BeaconTypes
import Multiformats
public import Primitives

/// Writes requests and chunks of answers: a payload is its SSZ's length as a varint, then the SSZ in snappy frames.
public enum RequestFrames {
    /// `ErrorMessage`: bytes of UTF-8.
    public static let maximumErrorMessage = 256

    public static func payload(_ ssz: [UInt8]) -> [UInt8] { Varint.encode(UInt64(ssz.count)) + SnappyFrames.encode(ssz) }

    /// - Parameter context: the fork of what the chunk holds, where the protocol names it.
    public static func chunk(_ ssz: [UInt8], context: ForkDigest?) -> [UInt8] {
        [ResponseCode.success.rawValue] + (context?.bytes ?? []) + payload(ssz)
    }

    /// A chunk that ends an answer early.
    public static func failure(_ code: ResponseCode, _ message: String) -> [UInt8] {
        [code.rawValue] + payload(Array(message.utf8.prefix(maximumErrorMessage)))
    }
}

/// Reads one payload as it comes.
struct PayloadReader: Sendable {
    private let allowed: ClosedRange<Int>
    private var frames: SnappyFrameReader?

    /// - Parameter allowed: bytes of SSZ; another length is refused before anything is gathered.
    init(allowed: ClosedRange<Int>) { self.allowed = allowed }

    /// Takes what belongs to the payload off the front of `input`.
    ///
    /// - Returns: the SSZ, once it is there whole.
    mutating func read(_ input: inout ArraySlice<UInt8>) throws(BeaconWireError) -> [UInt8]? {
        if frames == nil {
            guard let length = try Self.length(&input) else { return nil }
            guard length <= UInt64(allowed.upperBound), Int(length) >= allowed.lowerBound else { throw .length(length, allowed: allowed) }
            frames = SnappyFrameReader(expected: Int(length))
        }
        try frames?.read(&input)
        return frames?.isComplete == true ? frames?.output : nil
    }

    /// At most ten bytes, as protobuf has it.
    private static func length(_ input: inout ArraySlice<UInt8>) throws(BeaconWireError) -> UInt64? {
        var value: UInt64 = 0
        for (place, byte) in input.prefix(10).enumerated() {
            guard place < 9 || byte <= 1 else { throw .varint }
            value |= UInt64(byte & 0x7f) << UInt64(7 * place)
            if byte & 0x80 == 0 {
                input = input.dropFirst(place + 1)
                return value
            }
        }
        guard input.count < 10 else { throw .varint }
        return nil
    }
}

/// Reads a request as it comes.
public struct RequestReader: Sendable {
    private var payload: PayloadReader
    private var input: ArraySlice<UInt8> = []

    /// - Parameter allowed: bytes of its SSZ.
    public init(allowed: ClosedRange<Int>) { payload = PayloadReader(allowed: allowed) }

    /// Takes bytes of the peer.
    ///
    /// - Returns: the request's SSZ, once it is there whole. What follows it is left alone.
    public mutating func read(_ bytes: [UInt8]) throws(BeaconWireError) -> [UInt8]? {
        input += bytes
        return try payload.read(&input)
    }
}

/// Reads an answer as it comes, chunk after chunk.
public struct ResponseReader: Sendable {
    private enum Place: Sendable {
        case code
        case context
        case payload(UInt8, PayloadReader)
    }

    private let allowed: ClosedRange<Int>
    private let context: ForkDigest?
    private var place = Place.code
    private var input: ArraySlice<UInt8> = []

    /// - Parameters:
    ///   - allowed: bytes of each chunk's SSZ.
    ///   - context: the fork that each chunk must name, where the protocol has them.
    public init(allowed: ClosedRange<Int>, context: ForkDigest?) { (self.allowed, self.context) = (allowed, context) }

    /// Whether the answer may end here.
    public var isBetweenChunks: Bool { if case .code = place { input.isEmpty } else { false } }

    /// Takes bytes of the peer.
    public mutating func feed(_ bytes: [UInt8]) { input += bytes }

    /// The next chunk of what has come, if it is whole.
    public mutating func next() throws(BeaconWireError) -> ResponseChunk? {
        while true {
            switch place {
            case .code:
                guard let code = input.popFirst() else { return nil }
                if code != 0 {
                    place = .payload(code, PayloadReader(allowed: 0...RequestFrames.maximumErrorMessage))
                } else {
                    place = context == nil ? .payload(code, PayloadReader(allowed: allowed)) : .context
                }
            case .context:
                guard input.count >= 4 else { return nil }
                guard input.prefix(4).elementsEqual(context?.bytes ?? []) else { throw .foreignContext }
                input = input.dropFirst(4)
                place = .payload(0, PayloadReader(allowed: allowed))
            case .payload(let code, var reader):
                let read = try reader.read(&input)
                guard let read else {
                    place = .payload(code, reader)
                    return nil
                }
                place = .code
                // The slice would hold on to all that came before.
                input = ArraySlice(Array(input))
                return code == 0 ? .success(read) : .failure(code: code, message: String(decoding: read, as: UTF8.self))
            }
        }
    }
}
