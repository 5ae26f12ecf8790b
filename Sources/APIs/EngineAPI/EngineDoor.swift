public import EngineWire
public import HTTPDoor
public import Hummingbird
public import JSONRPCCore

/// The Engine API over HTTP, port 8551: only whoever holds the JWT secret is answered.
public struct EngineDoor: Door {
    public static let name = "Engine API"

    private let dispatcher: RPCDispatcher
    private let check: BearerCheck

    /// - Parameters:
    ///   - dispatcher: holds the methods of ``EngineMethods``, and those of `eth_` that a consensus client asks for.
    ///   - now: seconds since the Unix epoch, against which tokens are judged.
    public init(dispatcher: RPCDispatcher, secret: JWTSecret, now: @escaping @Sendable () -> Double) {
        self.dispatcher = dispatcher
        check = BearerCheck { token in try EngineToken.check(token, secret, now: now()) }
    }

    /// What one request may ask for: a payload is long, a batch of payloads is nothing that a consensus client sends.
    public static let limits = RPCLimits(
        requestBytes: EngineLimits.messageBytes, responseBytes: EngineLimits.messageBytes, batchSize: 64, depth: 16)

    public func router() -> DoorRouter {
        let router = DoorRouter.door()
        router.post("/") { request, _ in
            try check.demand(request)
            guard request.mediaType == "application/json" else {
                throw DoorError(.unsupportedMediaType, "invalid content type, only application/json is supported")
            }
            let text = try await request.bytes(upTo: Self.limits.requestBytes)
            return Response.bytes(await dispatcher.answer(text) ?? [], type: "application/json")
        }
        router.refuseOtherMethods()
        return router
    }
}
