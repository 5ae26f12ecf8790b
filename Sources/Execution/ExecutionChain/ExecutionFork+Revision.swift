public import EVM

extension ExecutionFork {
    /// The rules for contracts under this fork: forks that only delay the difficulty bomb or
    /// change blob counts have none of their own.
    public var revision: EVMRevision {
        switch self {
        case .frontier: .frontier
        case .homestead: .homestead
        case .tangerineWhistle: .tangerineWhistle
        case .spuriousDragon: .spuriousDragon
        case .byzantium: .byzantium
        case .constantinople: .constantinople
        case .petersburg: .petersburg
        case .istanbul, .muirGlacier: .istanbul
        case .berlin: .berlin
        case .london, .arrowGlacier, .grayGlacier: .london
        case .paris: .paris
        case .shanghai: .shanghai
        case .cancun: .cancun
        case .prague: .prague
        case .osaka, .bpo1, .bpo2, .bpo3, .bpo4, .bpo5: .osaka
        }
    }
}
