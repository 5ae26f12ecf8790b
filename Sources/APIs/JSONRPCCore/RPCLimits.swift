/// What one HTTP request may ask for.
public struct RPCLimits: Sendable, Hashable {
    /// Bytes of a request body.
    public var requestBytes: Int
    /// Bytes of all answers of one batch.
    public var responseBytes: Int
    /// Requests in one batch.
    public var batchSize: Int
    /// Levels of arrays and objects in a request.
    public var depth: Int

    public init(requestBytes: Int = 5 << 20, responseBytes: Int = 25 << 20, batchSize: Int = 1000, depth: Int = 32) {
        self.requestBytes = requestBytes
        self.responseBytes = responseBytes
        self.batchSize = batchSize
        self.depth = depth
    }
}
