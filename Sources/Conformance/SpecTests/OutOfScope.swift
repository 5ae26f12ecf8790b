/// What the official vectors hold and this chain does not have: why such a case is skipped.
///
/// The chain is Electra's from its first block on. It has no history of earlier forks, none of the later ones' features, and
/// no blobs.
enum OutOfScope {
    private static let laterForks: Set<String> = ["fulu", "gloas", "heze", "eip7732", "eip7805"]
    private static let earlierForks: Set<String> = ["phase0", "altair", "bellatrix", "capella", "deneb"]
    /// Runners whose vectors are written under one fork and hold for all.
    private static let forkless: Set<String> = ["shuffling", "genesis", "ssz_generic", "bls"]

    /// Why the case is not run; `nil` where it is.
    static func reason(_ testCase: SpecTestCase) -> String? {
        switch testCase.runner {
        case "fork", "forks", "transition":
            return "upgrades between forks: the chain is Electra's from genesis on"
        case "kzg", "kzg_4844", "kzg_7594": return "KZG commitments: the chain has no blobs"
        case "ssz_generic" where progressiveTypes.contains(testCase.handler):
            return "\(testCase.handler): types that no container of Electra uses"
        default: break
        }
        guard testCase.fork != "electra", !forkless.contains(testCase.runner) else { return nil }
        if earlierForks.contains(testCase.fork) { return "fork \(testCase.fork): the chain begins with Electra" }
        if laterForks.contains(testCase.fork) { return "fork \(testCase.fork) comes after Electra" }
        return "fork \(testCase.fork) is not known"
    }

    private static let progressiveTypes: Set<String> = [
        "basic_progressive_list", "progressive_bitlist", "progressive_containers", "compatible_unions",
    ]
}
