import BeaconTypes
import EngineTypes
import Primitives
import SSZ
import StateTransition
import TestSupport
import Testing
import SSZOracle

/// Blocks from outside are refused with an error, never with a crash, whatever they hold.
@Suite struct MutatedBlockTests {
    @Test(arguments: ["certificates_n4", "evidence_n4"]) func mutatedBlocksNeverCrash(name: String) throws {
        let chain = try PolChain(name)
        var generator = SeededGenerator(seed: 11)
        var decoded = 0
        for step in chain.steps where step.fault.isEmpty {
            let pre = try #require(chain.states[step.pre])
            for _ in 0..<60 {
                var bytes = step.bytes
                for _ in 0..<Int.random(in: 1...3, using: &generator) {
                    let index = Int.random(in: 0..<bytes.count, using: &generator)
                    bytes[index] = [0, 0xff, UInt8.random(in: 0...255, using: &generator)].randomElement(using: &generator) ?? 0
                }
                guard let block = try? SignedBeaconBlock(deserializing: bytes, .pol) else { continue }
                // Far slots would only be slow: the state would be moved through all the slots between.
                guard block.message.slot < pre.state.slot + 10 else { continue }
                decoded += 1
                var state = pre
                let accepted = (try? state.stateTransition(block, strategy: .trusted)) != nil
                // What is accepted without signatures differs in signatures only, or not at all.
                if accepted { #expect(state.state.slot == step.block.message.slot) }
            }
        }
        #expect(decoded > 100)
    }

    /// Fields set to extreme values, each in an otherwise good block.
    @Test func extremeValues() throws {
        let chain = try PolChain("certificates_n4")
        let step = try #require(chain.steps.first { $0.name == "certificate with the least quorum" })
        let pre = try #require(chain.states[step.pre])
        func refused(_ edit: (inout BeaconBlock) -> Void) -> Bool {
            var block = step.block
            edit(&block.message)
            var state = pre
            return (try? state.stateTransition(block, strategy: .trusted)) == nil
        }
        #expect(refused { $0.proposerIndex = .max })
        #expect(refused { $0.slot = 0 })
        #expect(refused { $0.body.attestations[0].data.slot = .max })
        #expect(refused { $0.body.attestations[0].data.target.epoch = .max })
        #expect(refused { $0.body.attestations[0].aggregationBits = [] })
        #expect(refused { $0.body.attestations[0].committeeBits = [] })
        #expect(refused { $0.body.ackCertificate.ack.slot = .max })
        #expect(refused { $0.body.ackCertificate.ack.author = .max })
        #expect(refused { $0.body.ackCertificate.committeeBits = [] })
        #expect(refused { $0.body.executionPayload.extraData = [] })
        #expect(refused { $0.body.executionPayload.timestamp = .max })
        #expect(refused { $0.body.executionPayload.difficulty = .max })
        #expect(refused { $0.body.syncAggregate.syncCommitteeBits = [] })
        #expect(
            refused {
                $0.body.voluntaryExits = [
                    SignedVoluntaryExit(message: VoluntaryExit(epoch: .max, validatorIndex: .max), signature: BLSSignature())
                ]
            })
        var slashing = AckQuorumSlashing(default: .pol)
        slashing.signedHeader.message.slot = .max
        #expect(refused { $0.body.ackQuorumSlashings = [slashing] })
        slashing.signedHeader.message.proposerIndex = .max
        #expect(refused { $0.body.ackQuorumSlashings = [slashing] })
        var contradiction = AckContradiction(default: .pol)
        contradiction.vote.message.slot = .max
        #expect(refused { $0.body.ackContradictions = [contradiction] })
        contradiction.other.ack.slot = .max
        #expect(refused { $0.body.ackContradictions = [contradiction] })
    }
}
