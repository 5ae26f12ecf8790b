/// What the gate measured.
public struct LossReport: Sendable, Equatable {
    /// The losses of one text.
    public struct Text: Sendable, Equatable {
        /// Tokens predicted: one less than the text has.
        public let tokenCount: Int
        /// Sum of the tokens' losses, in Float64, in order.
        public let sum: Double

        public init(tokenCount: Int, sum: Double) {
            self.tokenCount = tokenCount
            self.sum = sum
        }

        /// The text's mean loss a token, in nats.
        public var mean: Double { sum / Double(tokenCount) }
    }

    /// One entry a text, in the order of the texts.
    public let texts: [Text]
    /// Bits of the FP32 mean loss a token, in nats: the sums of the texts added in order in Float64, divided by the
    /// number of tokens, rounded once. ``notFiniteBits`` if anything was not a finite number.
    public let lossBits: UInt32

    /// The one NaN that stands for every loss that is not finite, as payloads differ between processors.
    public static let notFiniteBits: UInt32 = 0x7fc0_0000

    /// The mean loss a token, in nats.
    public var loss: Float { Float(bitPattern: lossBits) }
    public var isFinite: Bool { loss.isFinite }
    /// Tokens predicted in all texts.
    public var tokenCount: Int { texts.reduce(0) { $0 + $1.tokenCount } }

    /// The report of an adapter on `texts` whose loss is not finite: the same whichever text was seen first.
    public static func notFinite(_ texts: [[Int32]]) -> LossReport {
        LossReport(texts: texts.map { Text(tokenCount: $0.count - 1, sum: .nan) })
    }

    /// Adds up what was measured of each text, in the order of the texts.
    public init(texts: [Text]) {
        self.texts = texts
        var sum = 0.0
        var tokens = 0
        for text in texts {
            sum += text.sum
            tokens += text.tokenCount
        }
        let mean = Float(sum / Double(tokens))
        lossBits = mean.isFinite ? mean.bitPattern : Self.notFiniteBits
    }
}
