public import Hummingbird
import NIOCore

/// What the doors know about a request beside the request itself.
public struct DoorContext: RequestContext {
    public var coreContext: CoreRequestContextStorage

    private let channel: any Channel

    public init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// The IP address from which the request came; `nil` where it came from none.
    public var address: String? { channel.remoteAddress?.ipAddress }
}
