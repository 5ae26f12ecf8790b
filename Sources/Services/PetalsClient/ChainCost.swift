import PeerIdentity
import PetalsWire

/// Which servers are chained for a range of blocks: those through which a step takes the least time by what they say of
/// themselves and how far they are.
///
/// As Petals' client reckons it, with each hop coming back here. It differs in that a server may be left before its last block.
struct ChainCost: Sendable {
    /// Seconds to pack and unpack a step (Petals' `overhead_delay`).
    static let overhead = 0.018
    /// Blocks a second of a server that does not say (`default_inference_rps`).
    static let usualRate = 300.0
    /// Seconds of a round trip that was not measured, and the most that one counts for.
    static let (usualDelay, longestDelay) = (0.3, 10.0)
    /// Seconds that a server without room for the session counts for.
    static let fullCache = 10.0

    /// Seconds of the measured round trips.
    var delays: [PeerID: Double] = [:]
    /// Tokens that the session may have; `nil` where nothing is kept.
    var cacheTokens: Int?

    /// Seconds of one step through `count` blocks of a server.
    func seconds(_ span: RemoteSpan, _ count: Int) -> Double {
        let rate = max(span.info.inferenceRate ?? Self.usualRate, 1e-3)
        return entry(span) + Double(count) / rate
    }

    private func entry(_ span: RemoteSpan) -> Double {
        let delay = min(delays[span.peer] ?? Self.usualDelay, Self.longestDelay) + Self.overhead
        guard let cacheTokens, let left = span.info.cacheTokensLeft else { return delay }
        // A key and a value a token in each block.
        let needed = Double(cacheTokens) * 2 * Double(span.blocks.count)
        return needed <= Double(left) ? delay : delay + Self.fullCache
    }

    /// The cheapest chain, its spans cut to what is used of them; `nil` where a block has no server.
    func chain(_ blocks: Range<Int>, of spans: [RemoteSpan]) -> [RemoteSpan]? {
        var best = [Double](repeating: .infinity, count: blocks.count + 1)
        var choice = [RemoteSpan?](repeating: nil, count: blocks.count)
        best[blocks.count] = 0
        for start in blocks.reversed() {
            let place = start - blocks.lowerBound
            for span in spans where span.blocks.contains(start) {
                for end in start + 1...min(span.blocks.upperBound, blocks.upperBound) {
                    let cost = seconds(span, end - start) + best[end - blocks.lowerBound]
                    guard cost < best[place] else { continue }
                    best[place] = cost
                    choice[place] = RemoteSpan(peer: span.peer, blocks: start..<end, info: span.info)
                }
            }
        }
        var (chain, next) = ([RemoteSpan](), blocks.lowerBound)
        while next < blocks.upperBound {
            guard let span = choice[next - blocks.lowerBound] else { return nil }
            chain.append(span)
            next = span.blocks.upperBound
        }
        return chain
    }
}
