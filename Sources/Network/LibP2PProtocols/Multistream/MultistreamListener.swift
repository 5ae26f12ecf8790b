public import NIOCore

/// The side that chooses among what the other proposes.
public struct MultistreamListener: Sendable {
    public typealias Step = MultistreamDialer.Step

    private let protocols: [String]
    private var proposals = 0
    private var sawHeader = false

    /// - Parameter protocols: what is spoken here.
    public init(_ protocols: [String]) { self.protocols = protocols }

    /// Takes lines off the front of `input`; what follows the agreement stays there.
    public mutating func receive(_ input: inout ByteBuffer) throws(MultistreamError) -> Step {
        var step = Step()
        while step.agreed == nil, let line = try Multistream.nextLine(in: &input) {
            if !sawHeader {
                guard line == Multistream.header else { throw .wrongHeader(line) }
                sawHeader = true
                step.output += Multistream.line(Multistream.header)
                continue
            }
            proposals += 1
            guard proposals <= Multistream.maximumProposals else { throw .tooManyProposals }
            if protocols.contains(line) {
                step.agreed = line
                step.output += Multistream.line(line)
            } else if line == Multistream.listing {
                let lines = protocols.flatMap { Multistream.line($0) }
                step.output += VarintFrames.frame(lines + [0x0a])
            } else {
                step.output += Multistream.line(Multistream.refusal)
            }
        }
        return step
    }
}
