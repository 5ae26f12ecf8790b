/// The rule by which an update passes the loss gate (docs/protocol.md#helpers), in integers alone.
///
/// The averager applies it to the losses that it computed, and block processing to the losses that a certificate
/// states: one rule, so an honest vote never makes an invalid block.
public enum LossGateRule {
    /// Whether an update that moves the loss from `lossBeforeBits` to `lossAfterBits` passes.
    ///
    /// It passes when `1000 · after < 999 · before`; where the loss is already below 0.05, when it does not rise.
    /// A loss without fixed-point form (NaN, infinite, negative, ≥ 65,536) never passes.
    ///
    /// - Parameters:
    ///   - lossBeforeBits: FP32 bit pattern of the loss with the parent adapter.
    ///   - lossAfterBits: FP32 bit pattern of the loss with the update applied.
    public static func passes(lossBeforeBits: UInt32, lossAfterBits: UInt32) -> Bool {
        guard let before = FixedPointLoss(bitPattern: lossBeforeBits),
            let after = FixedPointLoss(bitPattern: lossAfterBits)
        else { return false }
        // Both values are below 2^48, so no product here reaches 2^58.
        if 20 * before.value < 1 << 32 { return after <= before }
        return 1000 * after.value < 999 * before.value
    }

    /// Whether an update that moves the loss from `lossBefore` to `lossAfter` passes.
    public static func passes(lossBefore: Float, lossAfter: Float) -> Bool {
        passes(lossBeforeBits: lossBefore.bitPattern, lossAfterBits: lossAfter.bitPattern)
    }
}
