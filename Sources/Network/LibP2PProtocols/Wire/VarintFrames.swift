public import Multiformats
public import NIOCore

/// Messages behind an unsigned-varint length, as most libp2p protocols frame them.
public enum VarintFrames {
    /// The next frame's body, taken off the front of `input`; `nil` while it is not there whole.
    ///
    /// The length is judged as soon as it is readable, so that nothing is ever gathered for a frame over the limit.
    public static func next(in input: inout ByteBuffer, limit: Int) throws(WireError) -> ByteBuffer? {
        var (length, position) = (UInt64(0), 0)
        while true {
            guard position < 9 else { throw .varintTooLong }
            guard let byte: UInt8 = input.getInteger(at: input.readerIndex + position) else { return nil }
            length |= UInt64(byte & 0x7f) << UInt64(7 * position)
            position += 1
            guard length <= UInt64(limit) else { throw .tooLong(length: length, limit: limit) }
            if byte & 0x80 == 0 {
                guard byte != 0 || position == 1 else { throw .varintNotMinimal }
                break
            }
        }
        guard input.readableBytes >= position + Int(length) else { return nil }
        input.moveReaderIndex(forwardBy: position)
        return input.readSlice(length: Int(length))
    }

    /// `body` behind its length.
    public static func frame(_ body: [UInt8]) -> [UInt8] { Varint.encode(UInt64(body.count)) + body }
}
