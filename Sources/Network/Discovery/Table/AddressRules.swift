import Multiformats
import NodeRecords

/// Which addresses may be told by whom.
enum AddressRules {
    /// Whether a node at `teller` may name `told`: addresses of a machine or a local network only within it. Otherwise strangers
    /// would make nodes send datagrams to their neighbours.
    static func mayTell(_ told: NodeEndpoint, from teller: IPAddress) -> Bool {
        let address = told.address
        guard told.port != 0, !address.isUnspecified, !address.isMulticast else { return false }
        if address.isLoopback { return teller.isLoopback }
        return address.isGlobal || !teller.isGlobal
    }
}
