import Multiformats
public import NIOCore

/// multistream-select 1.0: two peers agree on a protocol by name (libp2p specs, connections).
public enum Multistream {
    static let header = "/multistream/1.0.0"
    static let refusal = "na"
    static let listing = "ls"

    /// The longest line that is read, in bytes, with its line feed.
    public static let maximumLine = 1024
    /// How many proposals a listener answers before it gives up on the peer.
    public static let maximumProposals = 64

    static func line(_ text: String) -> [UInt8] { VarintFrames.frame(Array(text.utf8) + [0x0a]) }

    /// The next line off the front of `input`, without its line feed.
    static func nextLine(in input: inout ByteBuffer) throws(MultistreamError) -> String? {
        let frame: ByteBuffer?
        do { frame = try VarintFrames.next(in: &input, limit: maximumLine) } catch { throw .wire(error) }
        guard let frame else { return nil }
        let view = frame.readableBytesView
        guard view.last == 0x0a, let text = String(validating: view.dropLast(), as: UTF8.self) else { throw .malformedLine }
        return text
    }
}

/// Why a negotiation failed.
public enum MultistreamError: Error, Equatable, Sendable, CustomStringConvertible {
    case wire(WireError)
    case malformedLine
    case wrongHeader(String)
    case unexpectedAnswer(String)
    /// The peer speaks none of what was proposed.
    case refused([String])
    case tooManyProposals

    public var description: String {
        switch self {
        case .wire(let error): "multistream-select: \(error)"
        case .malformedLine: "multistream-select: a line does not end in a line feed, or is no UTF-8"
        case .wrongHeader(let header): "multistream-select: the peer opens with '\(header.prefix(64))'"
        case .unexpectedAnswer(let answer): "multistream-select: '\(answer.prefix(64))' was not proposed"
        case .refused(let protocols): "the peer speaks none of \(protocols.joined(separator: ", "))"
        case .tooManyProposals: "the peer proposed more than \(Multistream.maximumProposals) protocols"
        }
    }
}
