public import EngineWire
public import HTTPDoor
import HTTPTypes
public import Hummingbird
public import JSONRPCCore

/// The Engine API over HTTP, port 8551: only whoever holds the JWT secret is answered.
public struct EngineDoor: Door {
    public static let name = "Engine API"

    private let dispatcher: RPCDispatcher
    private let secret: JWTSecret
    private let now: @Sendable () -> Double

    /// - Parameters:
    ///   - dispatcher: holds the methods of ``EngineMethods``, and those of `eth_` that a consensus client asks for.
    ///   - now: seconds since the Unix epoch, against which tokens are judged.
    public init(dispatcher: RPCDispatcher, secret: JWTSecret, now: @escaping @Sendable () -> Double) {
        (self.dispatcher, self.secret, self.now) = (dispatcher, secret, now)
    }

    /// What one request may ask for: a payload is long, a batch of payloads is nothing that a consensus client sends.
    public static let limits = RPCLimits(
        requestBytes: EngineLimits.messageBytes, responseBytes: EngineLimits.messageBytes, batchSize: 64, depth: 16)

    public func router() -> DoorRouter {
        let router = DoorRouter.door()
        router.post("/") { request, _ in
            try checkToken(request)
            guard request.mediaType == "application/json" else {
                throw DoorError(.unsupportedMediaType, "invalid content type, only application/json is supported")
            }
            let text = try await request.bytes(upTo: Self.limits.requestBytes)
            return Response.bytes(await dispatcher.answer(text) ?? [], type: "application/json")
        }
        router.refuseOtherMethods()
        return router
    }

    /// Before the body is read: nobody without the secret makes this door hold anything.
    private func checkToken(_ request: Request) throws {
        let words = request.headers[.authorization]?.split(separator: " ", maxSplits: 1) ?? []
        let token = words.count == 2 && words[0].lowercased() == "bearer" ? String(words[1]) : nil
        do {
            try EngineToken.check(token, secret, now: now())
        } catch {
            throw DoorError(.unauthorized, "\(error)")
        }
    }
}
