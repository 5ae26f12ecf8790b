import Foundation

/// The lines of scripts/vectors/multilingual_corpus.py, drawn from the same tables by the same generator, so that ten
/// thousand of them need not be stored.
struct MultilingualCorpus: Decodable {
    struct Tables: Decodable {
        /// Of every script its letters, each with its upper, title and lower case.
        let scripts: [[[String]]]
        let latin: Int
        let spaces, punctuation, contractions, emoji, numbers, marks, controls, code, runs, special: [String]
    }

    let seed: UInt32
    let counts: [Int]
    /// For the corpus and each tokenizer, a SHA-256 for each of `counts`.
    let digests: [String: [String]]
    let tables: Tables

    func lines(_ count: Int) -> [String] {
        var random = MersenneTwister(seed: seed)
        return (0..<count).map { _ in line(&random) }
    }

    private func line(_ r: inout MersenneTwister) -> String {
        if r.random() < 0.03 {
            let code = r.choice(tables.code)
            return String(repeating: code, count: r.choice([1, 1, 2]))
        }
        if r.random() < 0.01 {
            let run = r.choice(tables.runs)
            return String(repeating: run, count: r.choice([70, 100, 333]))
        }
        var text = ""
        for _ in 0..<r.choice([1, 2, 4, 6, 8, 10, 14, 18]) {
            let kind = r.random()
            if kind < 0.66 {
                text += word(&r)
                if r.random() < 0.08 { text += r.choice(tables.contractions) }
            } else if kind < 0.76 {
                if r.random() < 0.6 {
                    text += r.choice(tables.numbers)
                } else {
                    let digits = r.choice([1, 2, 3, 4, 6, 9])
                    text += String(r.below((0..<digits).reduce(UInt32(1)) { result, _ in result * 10 }))
                }
            } else if kind < 0.88 {
                text += r.choice(tables.punctuation)
            } else if kind < 0.92 {
                text += r.choice(tables.emoji)
            } else if kind < 0.96 {
                text += r.choice(tables.marks)
            } else if kind < 0.98 {
                text += r.choice(tables.controls)
            } else {
                text += r.choice(tables.special)
            }
            if r.random() < 0.8 { text += r.choice(tables.spaces) }
        }
        return text
    }

    private func word(_ r: inout MersenneTwister) -> String {
        let alphabet = r.random() < 0.7 ? r.choice(tables.scripts) : tables.scripts[tables.latin]
        let letters = (0..<r.choice([1, 2, 3, 4, 5, 6, 7, 8, 9, 12])).map { _ in r.choice(alphabet) }
        let style = r.random()
        if style < 0.06 { return letters.map { $0[1] }.joined() }
        if style < 0.2 { return letters[0][2] + letters.dropFirst().map { $0[3] }.joined() }
        return letters.map { $0[0] }.joined()
    }
}

/// MT19937 as Python's `random` seeds and reads it.
struct MersenneTwister {
    private var state: [UInt32]
    private var index = 624

    init(seed: UInt32) {
        state = [19_650_218]
        for i in 1..<624 { state.append(1_812_433_253 &* (state[i - 1] ^ (state[i - 1] >> 30)) &+ UInt32(i)) }
        var i = 1
        for _ in 0..<624 {
            state[i] = (state[i] ^ ((state[i - 1] ^ (state[i - 1] >> 30)) &* 1_664_525)) &+ seed
            advance(&i)
        }
        for _ in 0..<623 {
            state[i] = (state[i] ^ ((state[i - 1] ^ (state[i - 1] >> 30)) &* 1_566_083_941)) &- UInt32(i)
            advance(&i)
        }
        state[0] = 0x8000_0000
    }

    private mutating func advance(_ i: inout Int) {
        i += 1
        if i == 624 {
            state[0] = state[623]
            i = 1
        }
    }

    mutating func word() -> UInt32 {
        if index == 624 {
            for i in 0..<624 {
                let y = state[i] & 0x8000_0000 | state[(i + 1) % 624] & 0x7fff_ffff
                state[i] = state[(i + 397) % 624] ^ (y >> 1) ^ (y & 1 == 0 ? 0 : 0x9908_b0df)
            }
            index = 0
        }
        var y = state[index]
        index += 1
        y ^= y >> 11
        y ^= y << 7 & 0x9d2c_5680
        y ^= y << 15 & 0xefc6_0000
        return y ^ (y >> 18)
    }

    /// `random.random()`.
    mutating func random() -> Double {
        let high = word() >> 5, low = word() >> 6
        return (Double(high) * 67_108_864 + Double(low)) / 9_007_199_254_740_992
    }

    /// `random.randrange(count)`.
    mutating func below(_ count: UInt32) -> UInt32 {
        let shift = UInt32(count.leadingZeroBitCount)
        while true {
            let value = word() >> shift
            if value < count { return value }
        }
    }

    /// `random.choice(items)`.
    mutating func choice<T>(_ items: [T]) -> T { items[Int(below(UInt32(items.count)))] }
}
