public import ContentNetwork
public import HivemindDHT
import Kademlia
import LibP2P
public import Logging
public import ServiceInterfaces

/// A daemon's part in a Hivemind DHT, over the host of its network: the same port, the same key.
public struct HivemindMember: Sendable {
    public let node: HivemindNode

    /// - Parameters:
    ///   - network: whose host serves, and whose Kademlia knows where peers can be dialled, as p2pd's own does.
    ///   - now: seconds since the Unix epoch.
    public init(_ setting: HivemindSetting, over network: ContentNetwork, now: @escaping @Sendable () -> Double, logger: Logger) {
        let addresses = network.node
        node = HivemindNode(host: network.host, setting: setting, now: now, logger: logger) { await addresses.findPeer($0) }
        node.serve()
    }

    /// Runs until cancelled, beside the network that carries it.
    public func run() async { await node.run() }
}

extension HivemindMember: MetricsSource {
    public func metrics() -> [MetricSample] {
        let counts = node.counts
        return [
            MetricSample("hivemind_peers", Double(node.peers.count), help: "Members in the table of the Hivemind DHT."),
            MetricSample("hivemind_keys", Double(node.keyCount), help: "Keys kept for members of the Hivemind DHT."),
            MetricSample("hivemind_bytes", Double(node.byteCount), help: "What the values of the Hivemind DHT count for, in bytes."),
            MetricSample("hivemind_asked", Double(counts.asked), kind: .counter, help: "Requests sent to members of the Hivemind DHT."),
            MetricSample(
                "hivemind_answered", Double(counts.answered), kind: .counter, help: "Requests of the Hivemind DHT's members answered."),
            MetricSample(
                "hivemind_refused", Double(counts.refused), kind: .counter, help: "Requests of the Hivemind DHT's members refused."),
        ]
    }
}
