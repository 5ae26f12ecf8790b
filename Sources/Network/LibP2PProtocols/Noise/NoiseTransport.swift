import Crypto
import Foundation
public import NIOCore
import Primitives

/// The channel after the handshake: messages of at most 65,535 bytes behind a two-byte length.
public struct NoiseTransport: Sendable {
    /// The largest message, with its tag.
    public static let maximumMessage = 65535
    /// The most plaintext that one message carries.
    public static let maximumPlaintext = maximumMessage - NoiseCipher.tagSize

    private var sending: NoiseCipher
    private var receiving: NoiseCipher

    init(sending: NoiseCipher, receiving: NoiseCipher) { (self.sending, self.receiving) = (sending, receiving) }

    static func frame(_ message: [UInt8]) -> [UInt8] {
        UInt16(truncatingIfNeeded: message.count).bigEndianBytes + message
    }

    static func nextFrame(in input: inout ByteBuffer) -> ByteBuffer? {
        guard let length: UInt16 = input.getInteger(at: input.readerIndex), input.readableBytes >= 2 + Int(length) else { return nil }
        input.moveReaderIndex(forwardBy: 2)
        return input.readSlice(length: Int(length))
    }

    /// Seals all of `plaintext` and appends the messages to `output`.
    public mutating func seal(_ plaintext: ByteBuffer, into output: inout ByteBuffer) throws(NoiseError) {
        var plaintext = plaintext
        output.reserveCapacity(minimumWritableBytes: plaintext.readableBytes + 32)
        while plaintext.readableBytes > 0 {
            guard let chunk = plaintext.readSlice(length: min(plaintext.readableBytes, Self.maximumPlaintext)) else { return }
            let sealed = chunk.withUnsafeReadableBytes { bytes in
                Result { () throws(NoiseError) in try sending.seal(bytes, authenticating: [UInt8]()) }
            }
            let box = try sealed.get()
            output.writeInteger(UInt16(chunk.readableBytes + NoiseCipher.tagSize))
            output.writeBytes(box.ciphertext)
            output.writeBytes(box.tag)
        }
    }

    /// Opens the whole messages at the front of `input` and appends their plaintext to `output`.
    public mutating func open(_ input: inout ByteBuffer, into output: inout ByteBuffer) throws(NoiseError) {
        while let message = Self.nextFrame(in: &input) {
            let opened = message.withUnsafeReadableBytes { bytes in
                Result { () throws(NoiseError) in try receiving.open(bytes, authenticating: [UInt8]()) }
            }
            output.writeBytes(try opened.get())
        }
    }
}
