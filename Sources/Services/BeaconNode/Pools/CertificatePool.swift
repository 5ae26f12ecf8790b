import SSZ
import AckQuorum
import BeaconTypes
import Primitives

/// ACK certificates that wait for a block, one for each update id.
struct CertificatePool {
    private var certificates: [Root: AckCertificate] = [:]

    var count: Int { certificates.count }

    mutating func insert(_ certificate: AckCertificate) {
        let id = certificate.ack.updateId
        if let known = certificates[id], known.committeeBits.setCount >= certificate.committeeBits.setCount { return }
        certificates[id] = certificate
    }

    /// The certificates that may still enter a block of `slot`, those with the greatest fall in loss first.
    func candidates(for slot: Slot) -> [AckCertificate] {
        certificates.values
            .filter { $0.ack.slot < slot }
            .sorted { first, second in
                let (a, b) = (Float(bitPattern: first.ack.lossAfter), Float(bitPattern: second.ack.lossAfter))
                return a != b ? a < b : first.ack.updateId < second.ack.updateId
            }
    }

    /// Forgets what can never enter a block again.
    mutating func prune(before slot: Slot, included: Root?) {
        certificates = certificates.filter { $0.value.ack.slot >= slot && $0.key != included }
    }
}
