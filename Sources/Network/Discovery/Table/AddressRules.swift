import Multiformats
import NodeRecords
import Primitives

/// Which addresses may be told by whom.
enum AddressRules {
    /// Whom a budget counts as one sender: an IPv4 address, or the /64 that one owner of IPv6 commonly holds, by its first address. A local
    /// network's addresses are many owners'.
    static func sender(_ address: IPAddress) -> IPAddress {
        guard address.isGlobal, case .v6(let bytes) = address else { return address }
        return FixedBytes<16>(bytes.bytes.prefix(8) + [UInt8](repeating: 0, count: 8)).map { .v6($0) } ?? address
    }

    /// Whether a node at `teller` may name `told`: addresses of a machine or a local network only within it. Otherwise strangers
    /// would make nodes send datagrams to their neighbours.
    static func mayTell(_ told: NodeEndpoint, from teller: IPAddress) -> Bool {
        let address = told.address
        guard told.port != 0, !address.isUnspecified, !address.isMulticast else { return false }
        if address.isLoopback { return teller.isLoopback }
        return address.isGlobal || !teller.isGlobal
    }
}
