import HTTPDoor
import JSON
import JSONRPCCore
import Logging
import Primitives
import ServiceInterfaces
import Synchronization
import Transactions

/// Knows who subscribed, and tells them what the node publishes: an event is read and written once, however many wait for it.
final class SubscriptionDesk: WebSocketHandler {
    let limits: SubscriptionLimits
    /// Whether there are subscriptions at all: they are methods of `eth`.
    let isOpen: Bool
    private let chain: any ExecutionService & ExecutionEvents
    private let dispatcher: RPCDispatcher
    private let logger: Logger
    private let subscribers = Mutex<[ObjectIdentifier: SubscriberConversation]>([:])
    private let held = Atomic(0)

    init(
        chain: any ExecutionService & ExecutionEvents, dispatcher: RPCDispatcher, limits: SubscriptionLimits, logger: Logger
    ) {
        self.chain = chain
        self.dispatcher = dispatcher
        self.limits = limits
        self.logger = logger
        isOpen = dispatcher.methodNames.contains("eth_subscribe")
    }

    func opened(_ connection: WebSocketConnection) -> any WebSocketConversation {
        let conversation = SubscriberConversation(connection, dispatcher: dispatcher, desk: self)
        subscribers.withLock { $0[ObjectIdentifier(conversation)] = conversation }
        return conversation
    }

    func remove(_ conversation: SubscriberConversation) { subscribers.withLock { $0[ObjectIdentifier(conversation)] = nil } }

    /// Counts one more subscription, where there is room.
    func reserve() -> Bool {
        guard held.add(1, ordering: .relaxed).newValue <= limits.inAll else {
            held.subtract(1, ordering: .relaxed)
            return false
        }
        return true
    }

    func release(_ count: Int) { held.subtract(count, ordering: .relaxed) }

    /// What a new subscriber of `syncing` is told at once.
    func status() async -> SubscriptionNews { .syncing(await chain.syncProgress()) }

    /// Tells what happens until the task is cancelled.
    func run() async {
        let (changes, pending, syncing) = (
            await chain.chainChanges(), await chain.pendingTransactions(), await chain.syncChanges()
        )
        await withTaskGroup { group in
            group.addTask { for await change in changes { await self.tell(change) } }
            group.addTask {
                for await transactions in pending {
                    self.tell(to: { $0.isPendingTransactions }) { .pending(transactions) }
                }
            }
            group.addTask { for await progress in syncing { self.tell(to: { $0.isSyncing }) { .syncing(progress) } } }
        }
    }

    private func tell(to wanted: (Subscription.Kind) -> Bool, _ news: () -> SubscriptionNews) {
        let listeners = self.listeners(wanted)
        guard !listeners.isEmpty else { return }
        let news = news()
        for listener in listeners { listener.tell(news) }
    }

    private func listeners(_ wanted: (Subscription.Kind) -> Bool) -> [SubscriberConversation] {
        subscribers.withLock { Array($0.values) }.filter { $0.wants(wanted) }
    }

    private func tell(_ change: ChainChange) async {
        do {
            if !listeners({ $0.isHeads }).isEmpty {
                var headers: [[UInt8]] = []
                for hash in change.joined {
                    if let block = try await chain.block(.hash(hash)) { headers.append(BlockObject.header(block).utf8) }
                }
                tell(to: { $0.isHeads }) { .heads(headers) }
            }
            guard !listeners({ $0.isLogs }).isEmpty else { return }
            for hash in change.left { try await tellLogs(of: hash, removed: true) }
            for hash in change.joined { try await tellLogs(of: hash, removed: false) }
        } catch {
            logger.error("Subscribers were not told of a block", metadata: ["error": "\(error)"])
        }
    }

    /// A block's logs; the newest first where they are taken back, as in geth.
    private func tellLogs(of block: Hash32, removed: Bool) async throws {
        guard let found = try await chain.logs(LogFilter(), of: block), !found.isEmpty else { return }
        let ordered = removed ? found.reversed() : found
        tell(to: { $0.isLogs }) { .logs(ordered.map { ($0, LogObject.json($0, removed: removed).utf8) }) }
    }
}
