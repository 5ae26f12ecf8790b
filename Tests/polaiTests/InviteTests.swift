import ArgumentParser
import BeaconTypes
import Multiformats
import NodeRecords
import PeerIdentity
import Primitives
import Secp256k1
import Testing
import ValidatorClient

@testable import polai

@Suite("Invites")
struct InviteTests {
    private static let now: UInt64 = 1_800_000_000

    private func key(_ seed: UInt8 = 1) throws -> PeerKeyPair { try PeerKeyPair(seed: [UInt8](repeating: seed, count: 32)) }

    private func invite(network: String = "pol", time: UInt64 = Self.now) throws -> Invite {
        Invite(
            network: network, genesisRoot: try Root(hex: "0x" + String(repeating: "ab", count: 32)),
            checkpoint: Checkpoint(epoch: 17, root: try Root(hex: "0x" + String(repeating: "cd", count: 32))),
            addresses: [try Multiaddr("/ip4/192.0.2.1/tcp/13337/p2p/\(try key().peerID)")], time: time)
    }

    private func reading(_ line: String) -> Invite.Refused? {
        do throws(Invite.Refused) {
            _ = try Invite(line: line, now: Self.now)
            return nil
        } catch {
            return error
        }
    }

    @Test("A line is read as it was written, and names places, root and checkpoint to a node that joins")
    func roundTrip() throws {
        let line = try invite().line(key: key())
        #expect(!line.contains { $0.isWhitespace || $0 == "+" || $0 == "/" || $0 == "=" })
        #expect(try Invite(line: " \(line)\n", now: Self.now) == invite())
        let target = try JoinTarget(line, genesisRoot: nil, now: Self.now)
        let known = try invite()
        #expect(target.places == known.addresses && target.genesisRoot == known.genesisRoot)
        #expect(target.checkpoint == "0x\(String(repeating: "cd", count: 32)):17")
        #expect(throws: (any Error).self) { try JoinTarget(line, genesisRoot: .zero, now: Self.now) }
    }

    @Test("A damaged line is refused wherever it is damaged")
    func damaged() throws {
        let line = try invite().line(key: key())
        for place in stride(from: 0, to: line.count, by: 7) {
            var characters = Array(line)
            characters[place] = characters[place] == "A" ? "B" : "A"
            guard case .damaged = reading(String(characters)) else {
                Issue.record("the line with another character at \(place) is not refused as damaged")
                continue
            }
        }
        for text in ["", Invite.prefix, String(line.dropLast(3)), line + "AAAA", Invite.prefix + String(repeating: "A", count: 9000)] {
            guard case .damaged = reading(text) else {
                Issue.record("'\(text.prefix(60))' is not refused as damaged")
                continue
            }
        }
    }

    @Test("A line of another network, one that is too old, and one of the future are refused with the reason")
    func refused() throws {
        guard case .foreign = reading(try invite(network: "mainnet").line(key: key())) else {
            Issue.record("another network's invite is taken")
            return
        }
        let old = Self.now - Invite.lifetime
        #expect(try reading(invite(time: old).line(key: key())) == nil)
        #expect(try reading(invite(time: old - 1).line(key: key())) == .stale(days: 14))
        #expect(try Invite(line: invite(time: old - 1).line(key: key()), now: Self.now, isKnown: true) == invite(time: old - 1))
        #expect(try reading(invite(time: Self.now + 7200).line(key: key())) == .future)
        // Whoever changes a line signs it with a key that is at none of its addresses.
        guard case .damaged = reading(try invite().line(key: key(2))) else {
            Issue.record("an invite that a stranger signed is taken")
            return
        }
        #expect(Invite.Refused.stale(days: 20).description.contains("20 days"))
    }

    @Test("A line may carry the record of the node's beacon node, from which discovery begins")
    func record() throws {
        var entries = NodeRecordEntries()
        entries.setUDP(NodeEndpoint(address: try #require(IPAddress("192.0.2.1")), port: 13000))
        let record = try NodeRecord(entries, sequence: 1, signedBy: Secp256k1PrivateKey(UInt256(7).bigEndianHash))
        var invite = try invite()
        invite.record = record
        let line = try invite.line(key: key())
        #expect(try Invite(line: line, now: Self.now) == invite)
        let target = try JoinTarget(line, genesisRoot: nil, now: Self.now)
        #expect(try BeaconDiscoveryOptions.parse([]).settings(target).bootNodes == [.record(record)])
        #expect(try BeaconDiscoveryOptions.parse(["--no-discovery"]).settings(target).bootNodes.isEmpty)
        #expect(try JoinTarget("192.0.2.1", genesisRoot: nil).record == nil)
    }

    @Test("A place is joined at without an invite, under the root that is named")
    func place() throws {
        let target = try JoinTarget("192.0.2.1:7", genesisRoot: .zero)
        #expect(target.places.map(\.description) == ["/ip4/192.0.2.1/tcp/7"] && target.genesisRoot == .zero && target.checkpoint == nil)
        #expect(throws: (any Error).self) { try JoinTarget("", genesisRoot: nil) }
        #expect(throws: (any Error).self) { try UpOptions.parse(["--join", "a b://", "--solo"]) }
        #expect(throws: (any Error).self) { try UpOptions.parse(["--genesis-root", "0x00", "--join", "192.0.2.1"]) }
    }
}

@Suite("Keys of who joins")
struct JoinedKeysTests {
    private func keys(_ arguments: [String], joined: ChainGenesis?) throws -> [BLSPubkey] {
        let options = try UpOptions.parse(["--devnet", "--validators", "2", "--datadir", "/nowhere"] + arguments)
        return try SigningKeys.load(settings: try NodeSettings(options), options: options, joined: joined).publicKeys
    }

    @Test("Keys that are in another node's genesis sign elsewhere, unless they are named")
    func joined() throws {
        let genesis = try TwoNodeNetwork(validators: 4).genesis
        let all = genesis.validatorKeys
        #expect(try keys([], joined: nil) == Array(all.prefix(2)))
        #expect(try keys([], joined: genesis).isEmpty)
        #expect(try keys(["--signing-validators", "3,1"], joined: genesis) == [all[3], all[1]])
        #expect(try keys(["--signing-validators", "0"], joined: nil) == [all[0]])
        #expect(throws: SetupError.self) { try keys(["--signing-validators", "4096"], joined: nil) }
        #expect(try keys(["--no-validator", "--signing-validators", "3"], joined: genesis).isEmpty)
    }
}

@Suite("What is told of a chain")
struct ChainDescriptionTests {
    private func record() -> ChainRecord {
        ChainRecord(
            genesisTime: 7, secondsPerSlot: 4, validators: 2, genesisDifficulty: nil, chainConfig: nil, aiQuorum: 0,
            baseModelRoot: "0x01", devTextsRoot: nil, validatorKeys: nil, joinedCheckpoint: "0x02:1")
    }

    @Test("A description names the validators, and nothing that is a node's own")
    func roundTrip() throws {
        let read = try ChainRecord(description: record().description(keys: ["0xaa", "0xbb"]))
        #expect(read.validatorKeys == ["0xaa", "0xbb"] && read.joinedCheckpoint == nil && read.secondsPerSlot == 4)
    }

    @Test("What is no description is refused")
    func bad() throws {
        var slow = record()
        slow.secondsPerSlot = 1
        let wrong: [[UInt8]] = [
            [], Array("{}".utf8), Array("[[[[".utf8), try record().description(keys: []), try record().description(keys: ["0xaa"]),
            try slow.description(keys: ["0xaa", "0xbb"]), [UInt8](repeating: 0x20, count: (1 << 20) + 1),
        ]
        for bytes in wrong { #expect(throws: SetupError.self) { try ChainRecord(description: bytes) } }
    }
}
