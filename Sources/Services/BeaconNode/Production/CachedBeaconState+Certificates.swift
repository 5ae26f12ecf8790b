import AckQuorum
import BeaconTypes
import EngineTypes
import Primitives
import SSZ
import StateTransition

extension CachedBeaconState {
    /// Throws the rule that a block of this state's slot would break by including `certificate`.
    func checkIncludable(_ certificate: AckCertificate) throws(StateTransitionError) {
        var body = BeaconBlockBody(default: spec)
        body.ackCertificate = certificate
        body.executionPayload.extraData = PolExtraData.bytes(parentHash: .zero, updateID: certificate.ack.updateId)
        var copy = self
        var signatures = SignatureCollector(.individually)
        try copy.processAckCertificate(body, &signatures)
    }
}
