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

    /// How long the member where this node joins may take, calling back included.
    public var joinPatience: Duration = .seconds(10)
    /// How long a call of another may take here, from its first byte to the answer's last.
    public var servingPatience: Duration = .seconds(15)
    /// How long another's request may take to come once it is its turn; one to store four times as long.
    public var arrivalPatience: Duration = .seconds(2)

    public init() {}

    /// The same with more time for everything, where a machine is busy with much else.
    public func patient(_ patience: Duration) -> HivemindSetting {
        var setting = self
        (setting.patience, setting.callbackPatience) = (patience, patience)
        (setting.joinPatience, setting.servingPatience, setting.arrivalPatience) = (patience, patience, patience)
        return setting
    }
}
