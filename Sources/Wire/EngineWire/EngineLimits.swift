/// Bounds of Engine API messages, which come from whoever holds the secret and are still not believed.
public enum EngineLimits {
    /// Bytes of a request or an answer: a payload of the largest gas limit, in hexadecimal.
    public static let messageBytes = 64 << 20
    /// Bytes of `extraData`: the parent hash and the update id.
    public static let extraData = 64
    public static let withdrawals = 16
    /// The consensus layer's MAX_TRANSACTIONS_PER_PAYLOAD.
    public static let transactions = 1_048_576
    /// EIP-7685 requests: one of each type.
    public static let executionRequests = 16
    /// Blocks that one request for payload bodies may name, as Geth has it.
    public static let payloadBodies = 1024
}
