public import Hummingbird

/// What the doors know about a request beside the request itself.
public struct DoorContext: RequestContext {
    public var coreContext: CoreRequestContextStorage

    public init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
    }
}
