public import HivemindRPC
public import Multiformats
public import RSASignatures

/// How a node takes part in a Hivemind DHT.
public struct HivemindSetting: Sendable {
    /// It asks and stores, and nobody asks it: for machines that cannot be called.
    public var isClient = false
    /// Where it joins, each with `/p2p/` or not.
    public var bootstrap: [Multiaddr] = []
    /// Members that shall keep each value.
    public var replicas = 5
    /// Signs the records that carry its owner's mark.
    public var signer: RSASigningKey?
    public var store = HivemindStore.Limits()
    public var cache = HivemindStore.Limits.cache
    public var rates = CallQuota.Rates()
    /// How long a peer may take to answer. Hivemind's own nodes wait three seconds.
    public var patience: Duration = .seconds(4)
    /// How long a peer that asks to be called back may take.
    public var callbackPatience: Duration = .milliseconds(2500)

    public init() {}
}
