import HTTPDoor
import JSON
import JSONRPCCore
import ServiceInterfaces
import Synchronization

/// One WebSocket that speaks JSON-RPC: answers its calls, and holds its subscriptions.
final class SubscriberConversation: WebSocketConversation {
    private struct State {
        var active: [String: Subscription.Kind] = [:]
        /// Subscriptions whose id was not told yet.
        var untold = 0
        var isClosed = false

        var count: Int { active.count + untold }
    }

    private let connection: WebSocketConnection
    private let dispatcher: RPCDispatcher
    private let desk: SubscriptionDesk
    private let state = Mutex(State())

    init(_ connection: WebSocketConnection, dispatcher: RPCDispatcher, desk: SubscriptionDesk) {
        self.connection = connection
        self.dispatcher = dispatcher
        self.desk = desk
    }

    func take(_ message: [UInt8]) async {
        let fresh = FreshSubscriptions()
        let answer = await dispatcher.answer(message, own: desk.isOpen ? methods(fresh) : [:], from: connection.address)
        let begun = fresh.all
        let status = begun.contains { $0.kind.isSyncing } ? await desk.status() : nil
        state.withLock { state in
            // The answer goes before what is told of the subscriptions that it names.
            if let answer { connection.send(answer) }
            state.untold -= fresh.reserved
            guard !state.isClosed else { return desk.release(fresh.reserved) }
            desk.release(fresh.reserved - begun.count)
            for (id, kind) in begun {
                state.active[id] = kind
                if let status { connection.send(status.results(for: kind).map { SubscriptionNews.notification(id, $0) }) }
            }
        }
    }

    func tell(_ news: SubscriptionNews) {
        state.withLock { state in
            connection.send(
                state.active.flatMap { id, kind in news.results(for: kind).map { SubscriptionNews.notification(id, $0) } })
        }
    }

    /// Whether one of the subscriptions matches.
    func wants(_ matches: (Subscription.Kind) -> Bool) -> Bool { state.withLock { $0.active.values.contains(where: matches) } }

    func closed() {
        let count = state.withLock { state in
            state.isClosed = true
            defer { state.active = [:] }
            return state.active.count
        }
        desk.release(count)
        desk.remove(self)
    }

    /// `eth_subscribe` and `eth_unsubscribe` of one message.
    private func methods(_ fresh: FreshSubscriptions) -> [String: RPCDispatcher.Method] {
        [
            "eth_subscribe": { [self] parameters in
                let kind = try Subscription(parameters).kind
                try reserve()
                return .string(fresh.add(kind))
            },
            "eth_unsubscribe": { [self] parameters in
                try parameters.expect(atMost: 1)
                let id = try parameters.string(0)
                if fresh.remove(id) { return true }
                guard state.withLock({ $0.active.removeValue(forKey: id) != nil }) else { throw RPCError.server("subscription not found") }
                desk.release(1)
                return true
            },
        ]
    }

    private func reserve() throws(RPCError) {
        let isFree = state.withLock { state in
            guard state.count < desk.limits.perConnection else { return false }
            state.untold += 1
            return true
        }
        guard isFree else {
            throw .limitExceeded(
                "too many subscriptions: a connection holds at most \(desk.limits.perConnection); end some with eth_unsubscribe")
        }
        guard desk.reserve() else {
            state.withLock { $0.untold -= 1 }
            throw .limitExceeded("too many subscriptions: this node holds at most \(desk.limits.inAll) of all connections")
        }
    }
}

/// Subscriptions that the calls of one message began.
private final class FreshSubscriptions: Sendable {
    private struct State {
        var begun: [(id: String, kind: Subscription.Kind)] = []
        var reserved = 0
    }

    private let state = Mutex(State())

    var all: [(id: String, kind: Subscription.Kind)] { state.withLock { $0.begun } }
    /// How many were begun, also those that were ended again.
    var reserved: Int { state.withLock { $0.reserved } }

    func add(_ kind: Subscription.Kind) -> String {
        let id = "0x" + (0..<2).map { _ in String(UInt64.random(in: 1...(.max)), radix: 16) }.joined()
        state.withLock { state in
            state.begun.append((id, kind))
            state.reserved += 1
        }
        return id
    }

    func remove(_ id: String) -> Bool {
        state.withLock { state in
            guard let index = state.begun.firstIndex(where: { $0.id == id }) else { return false }
            state.begun.remove(at: index)
            return true
        }
    }
}

extension Subscription.Kind {
    var isSyncing: Bool { if case .syncing = self { true } else { false } }
    var isLogs: Bool { if case .logs = self { true } else { false } }
    var isHeads: Bool { if case .heads = self { true } else { false } }
    var isPendingTransactions: Bool { if case .pendingTransactions = self { true } else { false } }
}
