public import Primitives
import RLP

extension NodeRecordEntries {
    /// `eth`: the execution chain's fork id (devp2p, `enr-entries/eth.md`). More items in the list are for later versions.
    public var eth: ForkID? {
        get {
            guard let item = self[item: "eth"] else { return nil }
            return try? ForkID(entry: item)
        }
        set {
            self[item: "eth"] = newValue.map { id in RLPEncoder.list { id.append(to: &$0) } }
        }
    }

    /// `eth2`: the beacon chain's fork, 16 bytes of SSZ (consensus specs, p2p-interface).
    public var eth2: ENRForkID? {
        get { self[bytes: "eth2"].flatMap { ENRForkID(ssz: $0) } }
        set { self[bytes: "eth2"] = newValue?.ssz }
    }

    /// `attnets`: the attestation subnets that the node stays in, a bit each, the first the lowest of the first byte.
    public var attestationSubnets: Bytes8? {
        get { self[bytes: "attnets"].flatMap { Bytes8($0) } }
        set { self[bytes: "attnets"] = newValue?.bytes }
    }

    /// `syncnets`: the four sync committee subnets, in the low bits of a byte.
    public var syncSubnets: UInt8? {
        get { self[bytes: "syncnets"].flatMap { $0.count == 1 ? $0.first : nil } }
        set { self[bytes: "syncnets"] = newValue.map { [$0] } }
    }
}
