import BeaconTypes
import EngineTypes
import JSON
import Primitives
import SSZ
import SSZOracle
import TestSupport
import Testing

/// Properties of random values of every container, under both forks.
@Suite("Container properties") struct PropertyTests {
    static let specs = [BeaconSpec.minimal, BeaconSpec(preset: .minimal, config: .pol, fork: .pol)]

    @Test("round trips, slow roots, JSON", arguments: BeaconContainers.all.keys.sorted()) func roundTrips(name: String) throws {
        let type = try #require(BeaconContainers.all[name])
        for (number, spec) in Self.specs.enumerated() {
            try checkRoundTrip(type, spec, seed: UInt64(number))
        }
    }

    private func checkRoundTrip<Container: BeaconContainer>(_ type: Container.Type, _ spec: BeaconSpec, seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2 {
            let value = randomValue(type, spec, using: &generator)
            try value.validate(spec)
            let bytes = value.serialize(spec)
            #expect(try Container(deserializing: bytes, spec) == value)
            #expect(Container.fixedLength(spec).map { $0 == bytes.count } ?? true)
            #expect(value.hashTreeRoot(spec) == slowRoot(value, spec), "\(type)")
            #expect(try Container(json: JSONValue(parsing: value.json(spec).utf8), spec) == value)
        }
    }

    @Test("every reachable branch proves its leaf") func branches() throws {
        var generator = SeededGenerator(seed: 7)
        try checkBranches(randomValue(BeaconBlockBody.self, .pol, using: &generator), .pol, indices: 1..<2048)
        try checkBranches(randomValue(LightClientUpdate.self, .minimal, using: &generator), .minimal, indices: 1..<1024)
        try checkBranches(randomValue(Attestation.self, .minimal, using: &generator), .minimal, indices: 1..<256)
    }

    private func checkBranches<Container: BeaconContainer>(_ value: Container, _ spec: BeaconSpec, indices: Range<UInt64>) throws {
        let root = value.hashTreeRoot(spec)
        var proved = 0
        for index in indices {
            guard let branch = try? value.merkleBranch(generalizedIndex: index, spec) else { continue }
            let depth = 63 - index.leadingZeroBitCount
            let position = index - 1 << UInt64(depth)
            #expect(Merkle.isValidBranch(leaf: branch.leaf, branch: branch.siblings, depth: depth, index: position, root: root))
            proved += 1
        }
        #expect(proved > 30)
        #expect(throws: SSZError.self) { try value.merkleBranch(generalizedIndex: 0, spec) }
        #expect(throws: SSZError.self) { try value.merkleBranch(generalizedIndex: .max, spec) }
    }

    @Test("the evidence's indices name what they say") func evidenceIndices() throws {
        var generator = SeededGenerator(seed: 8)
        let body = randomValue(BeaconBlockBody.self, .pol, using: &generator)
        let extraData = try body.merkleBranch(generalizedIndex: Constant.extraDataGindex, .pol)
        #expect(extraData.leaf == body.executionPayload.extraData.hashTreeRoot(.limit(64)))
        #expect(UInt64(extraData.siblings.count) == Constant.extraDataBranchDepth)
        let certificate = try body.merkleBranch(generalizedIndex: Constant.ackCertificateGindex, .pol)
        #expect(certificate.leaf == body.ackCertificate.hashTreeRoot(.pol))
        #expect(UInt64(certificate.siblings.count) == Constant.ackCertificateBranchDepth)
        let state = randomValue(BeaconState.self, Self.specs[1], using: &generator)
        let learning = try state.merkleBranch(generalizedIndex: Constant.learningGindex, Self.specs[1])
        #expect(learning.leaf == state.learning.hashTreeRoot(Self.specs[1]))
    }
}
