import EthProtocol
import ExecutionChain
import Primitives
import Transactions

/// Answers to peers' questions, within the limits of one message (eth.md, "soft limit").
struct EthAnswers: Sendable {
    let chain: any EthChain
    let pool: any EthPool

    /// The answer to a question; `nil` for what is none.
    func answer(_ message: EthMessage) async -> EthMessage? {
        switch message {
        case .getBlockHeaders(let id, let request): .blockHeaders(id: id, await headers(request))
        case .getBlockBodies(let id, let hashes): .blockBodies(id: id, await bodies(hashes))
        case .getReceipts(let id, let hashes): .receipts(id: id, await receipts(hashes))
        case .getPooledTransactions(let id, let hashes): .pooledTransactions(id: id, await transactions(hashes))
        default: nil
        }
    }

    private func headers(_ request: EthMessage.HeaderRequest) async -> [BlockHeader] {
        let first: BlockHeader?
        switch request.origin {
        case .hash(let hash): first = await chain.header(hash: hash)
        case .number(let number): first = await chain.header(number: number)
        }
        guard let first, request.limit > 0 else { return [] }
        var (headers, size) = ([first], first.encoded.count)
        // What is not of the canonical chain has no neighbours by number.
        if case .hash(let hash) = request.origin, await chain.header(number: first.number)?.hash != hash { return headers }
        let limit = min(request.limit, UInt64(EthLimits.headers))
        var (number, last) = (first.number, first)
        while UInt64(headers.count) < limit, size < EthLimits.answerSize {
            let (step, overflows) = request.skip.addingReportingOverflow(1)
            let (next, isBeyond) = request.isReverse ? number.subtractingReportingOverflow(step) : number.addingReportingOverflow(step)
            guard !overflows, !isBeyond, let header = await chain.header(number: next) else { break }
            // The chain may have changed since the one before was read.
            if request.skip == 0 {
                let (low, high) = request.isReverse ? (header, last) : (last, header)
                guard high.parentHash == low.hash else { break }
            }
            headers.append(header)
            last = header
            size += header.encoded.count
            number = next
        }
        return headers
    }

    private func bodies(_ hashes: [Hash32]) async -> [BlockBody] {
        var (bodies, size) = ([BlockBody](), 0)
        for hash in hashes where size < EthLimits.answerSize {
            guard let block = await chain.block(hash: hash) else { continue }
            let body = BlockBody(block)
            bodies.append(body)
            size += body.encoded.count
        }
        return bodies
    }

    private func receipts(_ hashes: [Hash32]) async -> [[Receipt]] {
        var (blocks, size) = ([[Receipt]](), 0)
        for hash in hashes where size < EthLimits.answerSize {
            guard let receipts = await chain.receipts(of: hash) else { continue }
            blocks.append(receipts)
            size += receipts.reduce(0) { $0 + $1.encoded.count }
        }
        return blocks
    }

    private func transactions(_ hashes: [Hash32]) async -> [[UInt8]] {
        var (envelopes, size) = ([[UInt8]](), 0)
        for hash in hashes where size < EthLimits.answerSize {
            guard let envelope = await pool.envelope(hash) else { continue }
            envelopes.append(envelope)
            size += envelope.count
        }
        return envelopes
    }
}
