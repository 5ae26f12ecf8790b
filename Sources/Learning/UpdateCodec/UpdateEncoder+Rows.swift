import LoRA

extension UpdateEncoder {
    /// As many rows of the modules `chosen` as fit, those first whose values times their importance add up to most.
    ///
    /// How many fit is known only after coding: a secant search of at most eight tries, which ends when less than
    /// 0.5 % of the room is left.
    func rowsThatFit(
        _ change: LoRADelta, _ chosen: [Int], importance: [Float], room: Int
    ) throws(UpdateFileError) -> EncodedUpdate {
        let rows = RowRanking(change, modules: chosen, importance: importance)
        func payload(_ count: Int) -> UpdatePayload {
            let (modules, isTaken) = rows.largest(count)
            return UpdatePayload(
                codec: .signRows, modules: UpdatePayload.bitmap(modules, count: change.layout.modules.count),
                tensors: SignRowsCoder.encode(change, modules: modules.map { change.layout.modules[$0] }, isTaken: isTaken))
        }
        func size(_ payload: UpdatePayload) -> Int { payload.tensors.values.reduce(0) { $0 + $1.bytes.count } }
        var best: UpdatePayload?
        // Known to fit, known not to.
        var (low, lowSize) = (0, 0)
        var (high, highSize) = (rows.count + 1, Int?.none)
        // A sign takes 0.6 to 1 bit, a row's flag at most one.
        var guess = min(rows.count, max(1, room * 8 / (change.layout.configuration.rank + 1)))
        var tries = 0
        while tries < 8 || best == nil {
            tries += 1
            let tried = payload(guess)
            let bytes = size(tried)
            if bytes <= room {
                best = tried
                (low, lowSize) = (guess, bytes)
                if room - bytes < room / 200 { break }
            } else {
                (high, highSize) = (guess, bytes)
            }
            guard high - low > 1 else { break }
            // Bytes grow a little less than linearly with the rows.
            let next: Int
            if let highSize {
                next = low + (high - low) * (room - room / 400 - lowSize) / max(1, highSize - lowSize)
            } else {
                next = low * room / max(1, lowSize)
            }
            guess = min(max(next, low + 1), high - 1)
        }
        guard let best else { throw .doesNotFit(codec: UpdateEncoding.signRows.rawValue, limit: limit) }
        return try EncodedUpdate(best, of: change)
    }
}

/// The rows of some modules by how much of the change they carry.
private struct RowRanking {
    /// Rows in the order of their gain, largest first; of equals the first. A row is counted on through the modules.
    private let order: [Int]
    /// For each module its index in the layout and its rows.
    private let modules: [(index: Int, rows: Range<Int>)]
    var count: Int { order.count }

    init(_ change: LoRADelta, modules chosen: [Int], importance: [Float]) {
        let rank = change.layout.configuration.rank
        let isWeighted = importance.count == change.values.count
        var gains: [Float] = []
        var modules: [(index: Int, rows: Range<Int>)] = []
        for index in chosen {
            let module = change.layout.modules[index]
            let first = gains.count
            for row in 0..<module.count / rank {
                var gain: Float = 0
                for position in module.offset + row * rank..<module.offset + (row + 1) * rank {
                    gain += change.values[position].magnitude * (isWeighted ? importance[position] : 1)
                }
                gains.append(gain)
            }
            modules.append((index, first..<gains.count))
        }
        self.modules = modules
        // A gain that overflowed or is no number goes last.
        let keys = gains.map { $0.isFinite ? $0 : -1 }
        order = keys.indices.sorted { keys[$0] != keys[$1] ? keys[$0] > keys[$1] : $0 < $1 }
    }

    /// The `count` best rows: the modules with any of them, and a mark for each row of those modules.
    func largest(_ count: Int) -> (modules: [Int], isTaken: [Bool]) {
        var marks = [Bool](repeating: false, count: order.count)
        for row in order.prefix(count) { marks[row] = true }
        var chosen: [Int] = []
        var isTaken: [Bool] = []
        for (index, rows) in modules where marks[rows].contains(true) {
            chosen.append(index)
            isTaken += marks[rows]
        }
        return (chosen, isTaken)
    }
}
