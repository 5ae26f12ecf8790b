/// What a server of blocks is called, and what it gives to whom.
public struct PetalsSetting: Sendable, Equatable {
    /// What the swarm calls the model: what stands before the `.N` of each block's name.
    public var prefix: String
    /// The layers that are served.
    public var blocks: Range<Int>
    /// Shown in overviews of the swarm.
    public var publicName: String?
    /// Where the model lies on a hub, for a public swarm.
    public var repository: String?

    /// Tokens whose keys and values are kept in each block, of all sessions together.
    public var cacheTokens = 16_384
    /// Of them, what one client may have.
    public var cacheTokensPerClient = 8_192
    /// Tokens of the longest session.
    public var maximumLength = 2_048
    /// Tokens of all sequences of one request, or of one step.
    public var maximumTokens = 2_048
    /// Sequences of one request.
    public var maximumBatch = 256
    /// Sessions at once, and of one client.
    public var sessions = 32
    public var sessionsPerClient = 8
    /// Requests to go through the blocks forward or back at once, and of one client; more wait.
    public var requests = 8
    public var requestsPerClient = 4

    /// How long a request may take, waiting included; a session; and a session's client from one step to the next.
    public var requestPatience: Duration = .seconds(180)
    public var sessionPatience: Duration = .seconds(1800)
    public var stepPatience: Duration = .seconds(300)
    /// How long the parts of a request may take to come that is sent as a stream.
    public var streamArrival: Duration = .seconds(60)
    /// How often the server says that it is there.
    public var announcing: Duration = .seconds(60)

    public init(prefix: String, blocks: Range<Int>) { (self.prefix, self.blocks) = (prefix, blocks) }

    /// Bytes that the tensors of one request may have: states, gradients and prompts of FP32 numbers.
    func requestBytes(width: Int) -> Int { 3 * stepBytes(width: width) }

    /// Bytes of one step: with `sessions` and `requests` the bound of what clients can have read here.
    func stepBytes(width: Int) -> Int { maximumTokens * width * 4 + 256 * 1024 }
}
