import ExecutionChain
import Foundation

/// The rules that a public vector names.
enum VectorNetwork {
    private static let forks: [String: ExecutionFork] = [
        "Frontier": .frontier, "Homestead": .homestead, "EIP150": .tangerineWhistle, "EIP158": .spuriousDragon,
        "Byzantium": .byzantium, "Constantinople": .constantinople, "ConstantinopleFix": .petersburg, "Istanbul": .istanbul,
        "MuirGlacier": .muirGlacier, "Berlin": .berlin, "London": .london, "ArrowGlacier": .arrowGlacier,
        "GrayGlacier": .grayGlacier, "Merge": .paris, "Paris": .paris, "Shanghai": .shanghai, "Cancun": .cancun,
        "Prague": .prague, "Osaka": .osaka, "BPO1": .bpo1, "BPO2": .bpo2, "BPO3": .bpo3, "BPO4": .bpo4, "BPO5": .bpo5,
    ]

    static func fork(_ name: String) -> ExecutionFork? { forks[name] }

    /// The chain of a fork (`Cancun`), or of one that follows another (`BerlinToLondonAt5`, `ShanghaiToCancunAtTime15k`).
    static func config(_ name: String, chainID: UInt64 = 1) -> ChainConfig? {
        if let fork = forks[name] { return chain(fork, chainID) }
        guard let to = name.range(of: "To"), let at = name.range(of: "At"), to.upperBound < at.lowerBound,
            let first = forks[String(name[..<to.lowerBound])],
            let second = forks[String(name[to.upperBound..<at.lowerBound])]
        else { return nil }
        var config = chain(first, chainID)
        let start = name[at.upperBound...]
        if start.hasPrefix("Time") {
            let digits = start.dropFirst(4)
            guard let time = UInt64(digits.hasSuffix("k") ? digits.dropLast() : digits) else { return nil }
            let (start, overflow) = time.multipliedReportingOverflow(by: digits.hasSuffix("k") ? 1000 : 1)
            guard !overflow else { return nil }
            config.forkTimes[second] = start
        } else {
            guard let block = UInt64(start) else { return nil }
            config.forkBlocks[second] = block
        }
        return config
    }

    private static func chain(_ fork: ExecutionFork, _ chainID: UInt64) -> ChainConfig {
        var config = ChainConfig.from(fork, chainID: chainID)
        config.depositContract = SystemContracts.mainnetDeposits
        return config
    }
}
