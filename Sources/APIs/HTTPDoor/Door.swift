public import Hummingbird
public import Logging

/// An HTTP interface of the node: a name for messages, and routes that call one service's protocol.
///
/// `router()` is all that tests need; ``server(at:logger:onListening:)`` puts it on a port.
public protocol Door: Sendable {
    /// What logs and error messages call this door, such as `JSON-RPC`.
    static var name: String { get }
    /// How it writes errors.
    static var errorFormat: DoorErrorFormat { get }
    /// The routes, behind the middleware of ``DoorRouter``.
    func router() -> DoorRouter
}

/// The routes of a door.
public typealias DoorRouter = Router<DoorContext>

extension Door {
    public static var errorFormat: DoorErrorFormat { .withHint }

    /// The service that listens at `address` and answers by this door's routes.
    ///
    /// - Parameters:
    ///   - access: who may use it.
    ///   - shared: another protocol on the same port.
    ///   - onListening: called once with the bound port.
    public func server(
        at address: ListenAddress, access: DoorAccess = DoorAccess(), logger: Logger, shared: SharedPort? = nil,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) -> DoorServer {
        DoorServer(
            name: Self.name, router: router(), address: address, access: access, logger: logger, errorFormat: Self.errorFormat,
            shared: shared, onListening: onListening)
    }
}

extension DoorRouter {
    /// A router whose errors are JSON and whose answers any web page may read: the doors hold public chain data
    /// and no cookies.
    public static func door(errorFormat: DoorErrorFormat = .withHint) -> DoorRouter {
        let router = DoorRouter(context: DoorContext.self, options: [.autoGenerateHeadEndpoints])
        router.add(
            middleware: CORSMiddleware(
                allowOrigin: .all, allowHeaders: [.accept, .contentType], allowMethods: [.get, .post, .head, .options]))
        router.add(middleware: CompressionMiddleware())
        router.add(middleware: ErrorResponseMiddleware(format: errorFormat))
        return router
    }
}
