public import LoRA

extension UpdateEncoder {
    /// The largest boost that ``best(of:importance:boosts:loss:)`` tries unless told otherwise, and the smallest.
    public static let standardBoosts: ClosedRange<Float> = 0.25...64
    /// The boost at which it begins.
    public static let firstBoost: Float = 8

    /// `change` by every codec that can carry it: whole if it fits as dense-fp16, then sign-rows, sign-1bit and
    /// topk-2bit. A change that fits whole in binary16 is sent so.
    public func candidates(of change: LoRADelta, importance: [Float] = []) throws(UpdateFileError) -> [EncodedUpdate] {
        var candidates: [EncodedUpdate] = []
        let all: [(UpdateEncoding, ModuleSelection)] = [
            (.denseFP16, .all), (.signRows, .fitting), (.sign1Bit, .fitting), (.topK2Bit, .fitting),
        ]
        for (codec, selection) in all {
            do throws(UpdateFileError) {
                candidates.append(try encode(change, codec: codec, selection: selection, importance: importance))
            } catch {
                guard case .doesNotFit = error else { throw error }
            }
        }
        guard !candidates.isEmpty else { throw .doesNotFit(codec: "any codec", limit: limit) }
        return candidates
    }

    /// The update with the lowest loss: codec and boost chosen by trying them.
    ///
    /// A pure function of its arguments as long as `loss` is one, so a replay chooses the same. The first candidate's
    /// boost is searched by doubling from 8 while the loss falls, or by halving where doubling does not help; every
    /// other codec is tried at the boost found so far and searched in the same way only where it does better there.
    /// That makes six or seven measurements as a rule. Of equal losses the first tried wins; NaN is the worst.
    ///
    /// - Parameters:
    ///   - change: the round's change and what was left over before it.
    ///   - importance: see ``encode(_:codec:selection:importance:)``.
    ///   - boosts: the boosts that may be tried; `1...1` sends what was trained.
    ///   - loss: the loss with the update's `delta` applied, on texts that were not trained on.
    /// - Returns: the update and its loss; the first candidate unboosted, and NaN, when no loss was a finite number.
    public func best(
        of change: LoRADelta, importance: [Float] = [], boosts: ClosedRange<Float> = UpdateEncoder.standardBoosts,
        loss: (EncodedUpdate) -> Float
    ) throws(UpdateFileError) -> (update: EncodedUpdate, loss: Float) {
        var search = BoostSearch(boosts: boosts)
        let candidates = try candidates(of: change, importance: importance)
        for candidate in candidates { try search.enter(candidate, loss) }
        if let best = search.best, best.loss.isFinite { return best }
        return (candidates[0], .nan)
    }

    /// One codec's update, boosted as ``best(of:importance:boosts:loss:)`` would.
    public static func boosted(
        _ update: EncodedUpdate, boosts: ClosedRange<Float> = UpdateEncoder.standardBoosts, loss: (EncodedUpdate) -> Float
    ) throws(UpdateFileError) -> (update: EncodedUpdate, loss: Float) {
        var search = BoostSearch(boosts: boosts)
        try search.enter(update, loss)
        return search.best ?? (update, .nan)
    }
}

/// The search for the best codec and boost.
private struct BoostSearch {
    let boosts: ClosedRange<Float>
    private(set) var best: (update: EncodedUpdate, loss: Float)?

    init(boosts: ClosedRange<Float>) { self.boosts = boosts }

    /// Tries a candidate, unboosted as it comes.
    mutating func enter(_ candidate: EncodedUpdate, _ loss: (EncodedUpdate) -> Float) throws(UpdateFileError) {
        let start = best?.update.boost ?? min(max(UpdateEncoder.firstBoost, boosts.lowerBound), boosts.upperBound)
        guard try attempt(candidate, start, loss) else { return }
        if try climb(candidate, from: start, by: 2, loss) { return }
        _ = try climb(candidate, from: start, by: 0.5, loss)
    }

    /// Goes on as long as it helps; whether it did at all.
    private mutating func climb(
        _ candidate: EncodedUpdate, from start: Float, by factor: Float, _ loss: (EncodedUpdate) -> Float
    ) throws(UpdateFileError) -> Bool {
        var boost = start * factor
        while boosts.contains(boost), try attempt(candidate, boost, loss) { boost *= factor }
        return boost != start * factor
    }

    /// Measures one boost; whether it is the best so far.
    private mutating func attempt(_ candidate: EncodedUpdate, _ boost: Float, _ loss: (EncodedUpdate) -> Float) throws(UpdateFileError)
        -> Bool
    {
        let update = try candidate.boosted(by: boost)
        let measured = loss(update)
        let comparable = measured.isNaN ? Float.infinity : measured
        if let best, !(comparable < best.loss) { return false }
        best = (update, comparable)
        return true
    }
}
