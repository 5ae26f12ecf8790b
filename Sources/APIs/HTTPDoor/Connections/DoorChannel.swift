import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// One connection of a door: the framework's HTTP/1.1, with ``RequestGate`` in front of the routes.
struct DoorChannel: ServerChildChannel {
    typealias Value = HTTP1Channel.Value

    let http: HTTP1Channel
    let rules: HeadRules
    let format: DoorErrorFormat
    let counts: AddressCounts

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let isAllowed = counts.admit(channel)
        return http.setup(channel: channel, logger: logger).flatMapThrowing { value in
            let pipeline = channel.pipeline.syncOperations
            let line = RequestLine()
            try pipeline.addHandler(RequestLineGuard(line), position: .first)
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandler(RequestGate(rules: rules, format: format, line: line), position: .after(decoder))
            // The server takes a connection that could not be set up for a fault of its own: one too many is closed after.
            if !isAllowed { channel.eventLoop.execute { channel.close(promise: nil) } }
            return value
        }
    }

    func handle(value: Value, logger: Logger) async { await http.handle(value: value, logger: logger) }

}

extension HTTPServerBuilder {
    /// HTTP/1.1 as the doors speak it.
    ///
    /// - Parameter shared: another protocol on the same port.
    static func door(
        _ access: DoorAccess, listeningOn host: String, format: DoorErrorFormat, shared: SharedPort? = nil
    ) -> HTTPServerBuilder {
        let rules = HeadRules(hosts: HostRule(access, listeningOn: host))
        let (counts, silent) = (AddressCounts(access), AddressCounts(access))
        return HTTPServerBuilder { responder in
            let http = DoorChannel(
                http: HTTP1Channel(responder: responder, configuration: .init(idleTimeout: .seconds(75))), rules: rules, format: format,
                counts: counts)
            guard let shared else { return http }
            return SharedPortChannel(http: http, other: shared, silent: silent)
        }
    }
}
