import BeaconTypes
import Primitives
import SSZ

extension CachedBeaconState {
    /// `process_randao` (phase0 beacon-chain, RANDAO).
    mutating func processRandao(
        _ body: BeaconBlockBody, _ signatures: inout SignatureCollector
    ) throws(StateTransitionError) {
        let epoch = currentEpoch
        // Verify RANDAO reveal
        let proposer = try validator(try getBeaconProposerIndex())
        let signingRoot = computeSigningRoot(epoch, getDomain(Constant.domainRandao), Unshaped())
        try signatures.check([proposer.pubkey], signingRoot, body.randaoReveal, .rule(.randaoReveal))
        // Mix in RANDAO reveal
        let mix = try getRandaoMix(epoch).xor(SHA256.hash(body.randaoReveal.bytes))
        state.randaoMixes[try ringPosition(epoch, state.randaoMixes.count)] = mix
    }
}

extension Hash32 {
    /// `xor` (phase0 beacon-chain, Math).
    func xor(_ other: Hash32) -> Hash32 {
        var result = self
        result.withUnsafeMutableBytes { bytes in
            for index in 0..<32 { bytes[index] ^= other[index] }
        }
        return result
    }
}
