import EthProtocol
import ExecutionChain
import Primitives

extension EthMessage.HeaderRequest {
    /// Whether these headers are what was asked for, as far as they go.
    func isAnswered(by headers: [BlockHeader]) -> Bool {
        guard UInt64(headers.count) <= limit else { return false }
        if let first = headers.first {
            switch origin {
            case .hash(let hash): guard first.hash == hash else { return false }
            case .number(let number): guard first.number == number else { return false }
            }
        }
        for (one, next) in zip(headers, headers.dropFirst()) {
            let (low, high) = isReverse ? (next, one) : (one, next)
            guard high.number > low.number, high.number - low.number - 1 == skip else { return false }
            if skip == 0 { guard high.parentHash == low.hash else { return false } }
        }
        return true
    }
}
