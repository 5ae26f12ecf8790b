/// The rule sets that change what contracts do, in order. Forks that only delay the difficulty bomb have none.
public enum EVMRevision: Int, Sendable, CaseIterable, Comparable {
    case frontier, homestead, tangerineWhistle, spuriousDragon, byzantium, constantinople, petersburg,
        istanbul
    case berlin, london, paris, shanghai, cancun, prague, osaka

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
