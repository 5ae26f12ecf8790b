import BeaconTypes
import Logging
import Primitives
import ServiceInterfaces
import SSZ
import UpdateLedger
import UpdateLife

extension AIEngine {
    /// Remembers a certificate that the beacon node took, until a block has it.
    func remember(handedOver certificate: AckCertificate, _ id: Hash32) {
        guard handedOver.count < Self.gatheringLimit else { return }
        handedOver[id] = certificate
    }

    /// Hands certificates that are in no block over once more: a beacon node in another process that was killed meanwhile has
    /// forgotten them. One that no block may take any more is given up, so that whoever waits for it goes on.
    func handOverAgain() async {
        let slot = node.clock.currentSlot ?? 0
        for (id, certificate) in handedOver {
            // The head has moved on, with it or without.
            guard certificate.candidate.parentAdapterRoot == headRoot else {
                handedOver[id] = nil
                continue
            }
            if slot > certificate.ack.slot + node.spec.ackWindowSlots {
                handedOver[id] = nil
                logger.notice("no block took a certificate in time", metadata: ["update": "\(id.shortHex)"])
                await ledger.apply(.certificateLost("no block took its certificate in time"), to: id)
            } else {
                // A refusal now may be none at the next head.
                try? await node.submitAckCertificate(certificate)
            }
        }
    }
}
