public import NIOCore

/// The side that proposes, one protocol after the other in its order of preference.
public struct MultistreamDialer: Sendable {
    private let protocols: [String]
    private var proposed = 0
    private var sawHeader = false

    /// What a step asks for: bytes to send, and the protocol once both agree.
    public struct Step: Equatable, Sendable {
        public var output: [UInt8] = []
        public var agreed: String?
    }

    public init(_ protocols: [String]) { self.protocols = protocols }

    /// The first bytes: header and first proposal in one packet.
    public mutating func start() throws(MultistreamError) -> [UInt8] {
        guard let first = protocols.first else { throw .refused([]) }
        return Multistream.line(Multistream.header) + Multistream.line(first)
    }

    /// Takes lines off the front of `input`; what follows the agreement stays there.
    public mutating func receive(_ input: inout ByteBuffer) throws(MultistreamError) -> Step {
        var step = Step()
        while step.agreed == nil, let line = try Multistream.nextLine(in: &input) {
            if !sawHeader {
                guard line == Multistream.header else { throw .wrongHeader(line) }
                sawHeader = true
            } else if line == protocols[proposed] {
                step.agreed = line
            } else if line == Multistream.refusal {
                proposed += 1
                guard proposed < protocols.count else { throw .refused(protocols) }
                step.output += Multistream.line(protocols[proposed])
            } else {
                throw .unexpectedAnswer(line)
            }
        }
        return step
    }
}
