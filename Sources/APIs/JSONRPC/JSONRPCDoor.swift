public import HTTPDoor
public import Hummingbird
public import JSONRPCCore
public import Logging
public import ServiceInterfaces

/// The execution node's JSON-RPC over HTTP, port 8545.
public struct JSONRPCDoor: Door {
    public static let name = "JSON-RPC"

    private static let mediaTypes: Set = ["application/json", "application/json-rpc", "application/jsonrequest"]

    private let dispatcher: RPCDispatcher
    private let limits: RPCLimits

    public init(
        chain: any ExecutionService, limits: RPCLimits = RPCLimits(), hasTestingMethods: Bool = false, logger: Logger
    ) {
        var dispatcher = RPCDispatcher(limits: limits, logger: logger)
        EthereumMethods(chain: chain, hasTestingMethods: hasTestingMethods).register(in: &dispatcher)
        self.init(dispatcher: dispatcher, limits: limits)
    }

    /// A door over a table of methods of its own.
    public init(dispatcher: RPCDispatcher, limits: RPCLimits = RPCLimits()) {
        self.dispatcher = dispatcher
        self.limits = limits
    }

    public func router() -> DoorRouter {
        let router = DoorRouter.door()
        router.post("/") { request, context in
            // Refusing other types keeps web pages from posting without the browser's cross-origin check.
            guard let type = request.mediaType, Self.mediaTypes.contains(type) else {
                throw DoorError(
                    .unsupportedMediaType, "invalid content type, only application/json is supported",
                    hint: "send the header Content-Type: application/json")
            }
            let text = try await request.bytes(upTo: limits.requestBytes)
            return Response.bytes(await dispatcher.answer(text, from: context.address) ?? [], type: "application/json")
        }
        // Load balancers probe with an empty GET, as they do with geth.
        router.get("/") { _, _ in Response(status: .ok) }
        router.refuseOtherMethods()
        return router
    }
}
