public import HTTPDoor
public import JSONRPCCore
public import Logging
public import ServiceInterfaces
public import ServiceLifecycle

/// The execution node's JSON-RPC over WebSocket, port 8546: all that the HTTP door has, and subscriptions.
public struct JSONRPCWebSocketDoor: Sendable {
    public static let name = "JSON-RPC over WebSocket"

    private let desk: SubscriptionDesk
    private let limits: WebSocketLimits

    /// - Parameters:
    ///   - dispatcher: holds the methods; without `eth_subscribe` there are no subscriptions.
    ///   - limits: of the door; its messages have `requestBytes` at most.
    public init(
        chain: any ExecutionService & ExecutionEvents, dispatcher: RPCDispatcher, limits: WebSocketLimits = WebSocketLimits(),
        subscriptions: SubscriptionLimits = SubscriptionLimits(), logger: Logger
    ) {
        desk = SubscriptionDesk(chain: chain, dispatcher: dispatcher, limits: subscriptions, logger: logger)
        self.limits = limits
    }

    /// The service that listens at `address`.
    public func server(
        at address: ListenAddress, origins: OriginList = OriginList(), access: DoorAccess = DoorAccess(), logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) -> some Service {
        SubscriptionServer(
            server: WebSocketServer(
                name: Self.name, address: address, origins: origins, access: access, limits: limits, handler: desk, logger: logger,
                onListening: onListening), desk: desk)
    }
}

/// The door, and what tells its subscribers.
private struct SubscriptionServer: Service {
    let server: WebSocketServer
    let desk: SubscriptionDesk

    func run() async throws {
        // Ends with the door, whoever ended that.
        let telling = Task { await desk.run() }
        defer { telling.cancel() }
        try await server.run()
    }
}
