import BeaconTypes
import StateTransition
import Testing

@Suite struct SignatureStrategyTests {
    /// One by one and in a batch, every block comes to the same end, and for the same reason.
    @Test func strategiesAgree() throws {
        let chain = try PolChain("certificates_n4")
        for step in chain.steps {
            let pre = try #require(chain.states[step.pre])
            for strategy in [SignatureStrategy.individually, .batch] {
                var state = pre
                do {
                    try state.stateTransition(step.block, strategy: strategy)
                    #expect(step.fault.isEmpty, "\(step.name) was accepted \(strategy)")
                } catch {
                    #expect(error.label == step.fault, "\(step.name), \(strategy): \(error)")
                }
            }
        }
    }

    /// Replays of trusted blocks skip signatures and nothing else.
    @Test func trustedSkipsSignaturesOnly() throws {
        let chain = try PolChain("certificates_n4")
        let signatureFaults = ["signature", "randao reveal", "block signature"]
        for step in chain.steps where !step.fault.isEmpty {
            var state = try #require(chain.states[step.pre])
            do {
                try state.stateTransition(step.block, strategy: .trusted)
                Issue.record("\(step.name) was accepted")
            } catch {
                // Without its signature check such a block fails later, at its state root, which is not set.
                let expected = signatureFaults.contains(step.fault) ? "state root" : step.fault
                #expect(error.label == expected, "\(step.name): \(error)")
            }
        }
    }

    @Test func refusedPayload() throws {
        let chain = try PolChain("n1")
        let step = try #require(chain.steps.first)
        var state = try #require(chain.states[step.pre])
        #expect(throws: StateTransitionError(.payloadInvalid)) {
            try state.stateTransition(step.block, isPayloadValid: false)
        }
    }
}
