import BeaconTypes
import JSON
import Primitives
import SSZ

/// Runner `merkle_proof` and the light client's `single_merkle_proof`: the branch to a node of a state or a block body.
enum MerkleProofVectors {
    static func run(_ testCase: SpecTestCase) throws {
        switch testCase.suite {
        case "BeaconState": try check(testCase, BeaconState.self)
        case "BeaconBlockBody": try check(testCase, BeaconBlockBody.self)
        default: throw SpecTestFailure.skipped("proofs in \(testCase.suite)")
        }
    }

    private static func check<Value: BeaconContainer>(_ testCase: SpecTestCase, _ type: Value.Type) throws {
        let spec = try testCase.spec
        let value = try testCase.value("object", type)
        let proof = try testCase.yaml("proof")
        guard let leaf = try proof["leaf"]?.string.map({ try Hash32(hex: $0) }), let index = proof["leaf_index"]?.uint64,
            let branch = try proof["branch"]?.array?.map({ try Hash32(hex: $0.string ?? "") })
        else { throw SpecTestFailure("proof.yaml is incomplete") }
        let actual = try value.merkleBranch(generalizedIndex: index, spec)
        guard actual.leaf == leaf else { throw SpecTestFailure("leaf \(actual.leaf), expected \(leaf)") }
        guard actual.siblings == branch else { throw SpecTestFailure("the branch of node \(index) differs") }
        let depth = 63 - index.leadingZeroBitCount
        guard
            Merkle.isValidBranch(
                leaf: leaf, branch: branch, depth: depth, index: index & ~(1 << UInt64(depth)), root: value.hashTreeRoot(spec))
        else { throw SpecTestFailure("the branch does not lead to the root") }
    }
}
