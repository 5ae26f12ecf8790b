/// The B for which B·A is nearest to a given B′·A′: B = B′ (A′Aᵀ) (AAᵀ)⁻¹, in Float64.
struct PEFTProjection {
    /// B, row-major `[out, rank]`.
    let values: [Double]
    /// ‖B′A′‖².
    let energy: Double
    /// ‖BA‖².
    let keptEnergy: Double

    /// - Parameters:
    ///   - frozen: A, `[rank, columns]`.
    ///   - matrixA: A′, `[otherRank, columns]`.
    ///   - matrixB: B′, `[out, otherRank]`.
    init(frozen: [Float], rank: Int, matrixA: [Float], matrixB: [Float], otherRank: Int, columns: Int) {
        let gram = Self.products(frozen, rank, frozen, rank, columns)
        let cross = Self.products(matrixA, otherRank, frozen, rank, columns)
        let otherGram = Self.products(matrixA, otherRank, matrixA, otherRank, columns)
        // (A′Aᵀ)(AAᵀ)⁻¹, row by row: the Gram matrix is symmetric.
        let mapping = (0..<otherRank).map { row in Self.solve(gram, cross[row]) }
        var values: [Double] = []
        var (energy, keptEnergy) = (0.0, 0.0)
        for start in stride(from: 0, to: matrixB.count, by: otherRank) {
            let row = matrixB[start..<start + otherRank].map(Double.init)
            var result = [Double](repeating: 0, count: rank)
            for (index, value) in row.enumerated() {
                for column in 0..<rank { result[column] += value * mapping[index][column] }
            }
            energy += Self.quadratic(otherGram, row)
            keptEnergy += Self.quadratic(gram, result)
            values += result
        }
        self.values = values
        self.energy = energy
        self.keptEnergy = keptEnergy
    }

    /// L·Rᵀ of two row-major matrices of `columns` columns.
    private static func products(_ left: [Float], _ leftRows: Int, _ right: [Float], _ rightRows: Int, _ columns: Int) -> [[Double]] {
        (0..<leftRows).map { first in
            (0..<rightRows).map { second in
                var sum = 0.0
                for column in 0..<columns { sum += Double(left[first * columns + column]) * Double(right[second * columns + column]) }
                return sum
            }
        }
    }

    private static func quadratic(_ matrix: [[Double]], _ vector: [Double]) -> Double {
        zip(matrix, vector).reduce(0) { sum, pair in sum + pair.1 * zip(pair.0, vector).reduce(0) { $0 + $1.0 * $1.1 } }
    }

    /// Solves `matrix · x = right` by Gaussian elimination with row pivoting. A direction in which a singular
    /// matrix (rank above the number of columns) decides nothing is left at zero.
    private static func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
        var rows = zip(matrix, right).map { $0 + [$1] }
        let count = rows.count
        for column in 0..<count {
            let pivot = (column..<count).max { rows[$0][column].magnitude < rows[$1][column].magnitude } ?? column
            rows.swapAt(column, pivot)
            guard rows[column][column].magnitude > 1e-12 else { continue }
            for row in 0..<count where row != column {
                let factor = rows[row][column] / rows[column][column]
                if factor == 0 { continue }
                for index in column...count { rows[row][index] -= factor * rows[column][index] }
            }
        }
        return (0..<count).map { rows[$0][$0].magnitude > 1e-12 ? rows[$0][count] / rows[$0][$0] : 0 }
    }
}
