import AckRecords
import ContentRouting
import DHTAPI
import DHTDaemon
import Foundation
import HTTPDoor
import KeyValueStore
import Logging
import PeerIdentity
import ServiceInterfaces
import ServiceLifecycle

/// Records and update files, and the topics of the learning side.
struct DHTRole: NodeRole {
    static let name = "dht"

    let dht: DHTDaemon

    /// - Parameter store: opened with `DHTDaemon.tables`.
    init(store: KeyValueStore, validator: AckRecordValidator, identity: PeerID, port: Int) {
        dht = DHTDaemon(
            store: store, namespaces: [RecordNamespace(AckRecordEnvelope.namespace, validator)], identity: identity,
            addresses: ["/ip4/127.0.0.1/tcp/\(port)"],
            now: { Date().timeIntervalSince1970 }, logger: Logger(label: Self.name))
    }

    var metrics: [any MetricsSource] { [dht] }
    func workers() -> [any Service] { [TaskService(Self.name) { await dht.run() }] }
    func door() -> any Door { DHTDoor(directory: dht) }
}
