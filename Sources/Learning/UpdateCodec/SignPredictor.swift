/// Guesses the next sign of a row of B from the row's earlier ones, and learns from what it really is.
///
/// The rows of a B matrix are far from random: a module's inputs share a direction, so the gradients of all rows have
/// nearly one pattern of signs or its opposite. Each column has a weight for each column before it, in 4,096ths and
/// zero at first; the guess is the sum of the earlier signs by their weights, and a 64th of the error goes into every
/// weight (least mean squares). Integers alone: 64 bits, wrapping, shifts round down.
struct SignPredictor {
    /// Guesses this strong share the last model.
    static let strengths = 21

    private let rank: Int
    /// `weights[column · rank + earlier column]`.
    private var weights: [Int]

    init(rank: Int) {
        self.rank = rank
        weights = [Int](repeating: 0, count: rank * rank)
    }

    /// The sum for `column`, whose earlier signs are `signs[0..<column]`, each 1 or −1.
    func guess(_ column: Int, _ signs: [Int]) -> Int {
        var sum = 0
        for earlier in 0..<column { sum &+= weights[column * rank + earlier] &* signs[earlier] }
        return sum
    }

    /// Which model codes a guess: the bits of its magnitude.
    static func strength(_ guess: Int) -> Int { min(strengths - 1, Int.bitWidth - guess.magnitude.leadingZeroBitCount) }

    /// Learns that the sign of `column`, guessed as `guess`, is `signs[column]`.
    mutating func learn(_ column: Int, _ signs: [Int], guess: Int) {
        let error = signs[column] &* 4096 &- guess
        for earlier in 0..<column { weights[column * rank + earlier] &+= (error &* signs[earlier]) >> 6 }
    }
}
