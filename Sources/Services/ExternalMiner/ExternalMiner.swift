public import Logging
import Primitives
public import ProofOfWork
import ServiceInterfaces

/// Seals a node's blocks from another process: asks for work, searches, hands in what it finds.
///
/// The node is asked twice a second while there is something to search for, because a newer payload may have taken the place of
/// the one in hand; a seal is handed in the moment it is found, and its successor asked for then.
public actor ExternalMiner {
    /// What it did so far.
    public struct Figures: Sendable, Equatable {
        public var attempts: UInt64 = 0
        public var accepted: UInt64 = 0
        /// Seals that the node did not want any more.
        public var stale: UInt64 = 0
    }

    public private(set) var figures = Figures()
    private let door: WorkDoor
    private let threads: Int
    private let pause: Duration
    private let datasets: (any EthashDatasetSource)?
    private let logger: Logger

    /// - Parameters:
    ///   - url: of a node's JSON-RPC, such as `http://localhost:8545`.
    ///   - datasets: searches in their epochs are fast.
    ///   - pause: between two questions for work.
    public init(
        url: String, threads: Int, datasets: (any EthashDatasetSource)? = nil, pause: Duration = .milliseconds(500), logger: Logger
    ) {
        self.datasets = datasets
        door = WorkDoor(url: url, id: Keccak256.hash((0..<4).flatMap { _ in UInt64.random(in: 0...(.max)).bigEndianBytes }))
        self.threads = threads
        self.pause = pause
        self.logger = logger
    }

    /// Mines until the task is cancelled.
    public func run() async {
        var line = WaitingLine("the node at \(door.url)")
        var search: NonceSearch?
        var began = ContinuousClock.now
        defer { search?.end() }
        while !Task.isCancelled {
            var wait = pause
            do {
                let work = try await door.work()
                if let text = line.succeeded() { logger.info("\(text)") }
                if work != search?.work {
                    if let search { close(search) }
                    search = work.map {
                        NonceSearch($0, threads: threads, from: .random(in: 0...(.max)), dataset: datasets?.dataset(ofBlock: $0.number))
                    }
                    began = .now
                    if let work { logger.info("New work", metadata: ["number": "\(work.number)", "work": "\(work.sealHash.shortHex)"]) }
                }
            } catch {
                let failure = line.failed("\(error)")
                if let text = failure.line { logger.warning("\(text)") }
                wait = failure.pause
            }
            guard let current = search else {
                try? await Task.sleep(for: wait)
                continue
            }
            guard let found = await current.found(within: wait) else {
                await report(current, since: began)
                continue
            }
            close(current)
            search = nil
            await handIn(found, of: current.work)
        }
    }

    private func close(_ search: NonceSearch) {
        search.end()
        figures.attempts += search.attempts
    }

    private func handIn(_ found: NonceSearch.Found, of work: MinerWork) async {
        do {
            let isUsed = try await door.submit(found.nonce, found.mixHash, of: work)
            if isUsed { figures.accepted += 1 } else { figures.stale += 1 }
            logger.info(
                isUsed ? "Sealed block" : "Seal came too late",
                metadata: [
                    "number": "\(work.number)", "work": "\(work.sealHash.shortHex)", "nonce": "\(Bytes8(bigEndian: found.nonce).hex)",
                ])
        } catch {
            figures.stale += 1
            logger.warning("A seal could not be handed in", metadata: ["number": "\(work.number)", "reason": "\(error)"])
        }
    }

    private func report(_ search: NonceSearch, since began: ContinuousClock.Instant) async {
        let seconds = began.duration(to: .now) / .seconds(1)
        guard seconds > 0.2 else { return }
        try? await door.submit(hashrate: UInt64(Double(search.attempts) / seconds))
    }
}
