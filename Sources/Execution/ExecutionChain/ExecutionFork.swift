/// The execution layer's rule sets in order of their activation.
public enum ExecutionFork: Int, Sendable, CaseIterable, Comparable {
    case frontier, homestead, tangerineWhistle, spuriousDragon, byzantium, constantinople, petersburg, istanbul
    case muirGlacier, berlin, london, arrowGlacier, grayGlacier, paris, shanghai, cancun, prague, osaka
    /// Forks that only change how many blobs a block takes (EIP-7892).
    case bpo1, bpo2, bpo3, bpo4, bpo5

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// The key of this fork in the `config` object of a genesis file: a block number up to Paris, a time after it.
    var configKey: String? {
        switch self {
        case .frontier: nil
        case .homestead: "homesteadBlock"
        case .tangerineWhistle: "eip150Block"
        case .spuriousDragon: "eip158Block"
        case .byzantium: "byzantiumBlock"
        case .constantinople: "constantinopleBlock"
        case .petersburg: "petersburgBlock"
        case .istanbul: "istanbulBlock"
        case .muirGlacier: "muirGlacierBlock"
        case .berlin: "berlinBlock"
        case .london: "londonBlock"
        case .arrowGlacier: "arrowGlacierBlock"
        case .grayGlacier: "grayGlacierBlock"
        case .paris: "mergeNetsplitBlock"
        case .shanghai: "shanghaiTime"
        case .cancun: "cancunTime"
        case .prague: "pragueTime"
        case .osaka: "osakaTime"
        case .bpo1, .bpo2, .bpo3, .bpo4, .bpo5: "\(self)Time"
        }
    }

    /// Whether the fork begins at a time instead of a block number.
    var isTimed: Bool { self >= .shanghai }
}
