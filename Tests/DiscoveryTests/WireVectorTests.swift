import NodeRecords
import Primitives
import Secp256k1
import Testing

@testable import Discovery

/// The published vectors of discovery 5.1 (devp2p, `discv5-wire-test-vectors.md`).
@Suite("Discovery 5.1's published vectors")
struct WireVectorTests {
    let a: Secp256k1PrivateKey
    let b: Secp256k1PrivateKey

    init() throws {
        a = try Secp256k1PrivateKey(Hash32(hex: "eef77acb6c6a6eebc5b363a475ac583ec7eccdb42b6481424c60f59aa326547f"))
        b = try Secp256k1PrivateKey(Hash32(hex: "66fb62bfbd66b9177a138c1e5cddbe4f7c30c343e94e68df8769459cb1cde628"))
    }

    private var ids: (a: NodeID, b: NodeID) { (a.publicKey.nodeID, b.publicKey.nodeID) }
    private static let challengeTail = "6469736376350001010102030405060708090a0b0c00180102030405060708090a0b0c0d0e0f10000000000000000"

    @Test("the keys' node ids")
    func nodeIDs() {
        #expect(ids.a.hex == "0xaaaa8419e9f49d0083561b48287df592939a8d19947d8c0ef88f2a4856a69fbb")
        #expect(ids.b.hex == "0xbbbb9d047f0488c0b5a93c1c3f2d8bafc7c8ff337024a55434a0d0555de64db9")
    }

    @Test("a ping message packet")
    func message() throws {
        let datagram = try [UInt8](
            hex:
                "00000000000000000000000000000000088b3d4342774649325f313964a39e55ea96c005ad52be8c7560413a7008f16c9e6d2f43bbea8814a546b7409ce783d3"
                + "4c4f53245d08dab84102ed931f66d1492acb308fa1c6715b9d139b81acbdcc")
        let packet = try DiscoveryPacket(datagram, localID: ids.b)
        #expect(packet.kind == .message(source: ids.a))
        #expect(packet.nonce.hex == "0xffffffffffffffffffffffff")
        let key = [UInt8](repeating: 0, count: 16)
        let bytes = try DiscoveryCipher.open(packet.message, key: key, nonce: packet.nonce, authenticating: packet.authenticated)
        let ping = DiscoveryMessage.ping(try #require(RequestID([0, 0, 0, 1])), recordSequence: 2)
        #expect(try DiscoveryMessage(bytes) == ping)

        var again = DiscoveryPacket(.message(source: ids.a), nonce: packet.nonce, maskingIV: key)
        again.message = try DiscoveryCipher.seal(ping.encoded, key: key, nonce: packet.nonce, authenticating: again.authenticated)
        #expect(try again.datagram(for: ids.b) == datagram)
    }

    @Test("a challenge")
    func challenge() throws {
        let datagram = try [UInt8](
            hex:
                "00000000000000000000000000000000088b3d434277464933a1ccc59f5967ad1d6035f15e528627dde75cd68292f9e6c27d6b66c8100a873fcbaed4e16b8d"
        )
        #expect(datagram.count == DiscoveryPacket.minimumSize)
        let packet = try DiscoveryPacket(datagram, localID: ids.b)
        let idNonce = try FixedBytes<16>(hex: "0102030405060708090a0b0c0d0e0f10")
        #expect(packet.kind == .challenge(idNonce: idNonce, recordSequence: 0))
        #expect(packet.nonce.hex == "0x0102030405060708090a0b0c")
        #expect(packet.authenticated.bareHex == String(repeating: "0", count: 32) + Self.challengeTail + "0")
        #expect(try DiscoveryPacket(packet.kind, nonce: packet.nonce, maskingIV: packet.maskingIV).datagram(for: ids.b) == datagram)
    }

    @Test(
        "ping handshake packets, without and with a record",
        arguments: [
            (
                "1", "4f9fac6de7567d1e3b1241dffe90f662",
                "00000000000000000000000000000000088b3d4342774649305f313964a39e55ea96c005ad521d8c7560413a7008f16c9e6d2f43bbea8814a546b7409ce783d3"
                    + "4c4f53245d08da4bb252012b2cba3f4f374a90a75cff91f142fa9be3e0a5f3ef268ccb9065aeecfd67a999e7fdc137e062b2ec4a0eb92947f0d9a74bfbf44dfb"
                    + "a776b21301f8b65efd5796706adff216ab862a9186875f9494150c4ae06fa4d1f0396c93f215fa4ef524f1eadf5f0f4126b79336671cbcf7a885b1f8bd2a5d83"
                    + "9cf8"
            ),
            (
                "0", "53b1c075f41876423154e157470c2f48",
                "00000000000000000000000000000000088b3d4342774649305f313964a39e55ea96c005ad539c8c7560413a7008f16c9e6d2f43bbea8814a546b7409ce783d3"
                    + "4c4f53245d08da4bb23698868350aaad22e3ab8dd034f548a1c43cd246be98562fafa0a1fa86d8e7a3b95ae78cc2b988ded6a5b59eb83ad58097252188b902b2"
                    + "1481e30e5e285f19735796706adff216ab862a9186875f9494150c4ae06fa4d1f0396c93f215fa4ef524e0ed04c3c21e39b1868e1ca8105e585ec17315e755e6"
                    + "cfc4dd6cb7fd8e1a1f55e49b4b5eb024221482105346f3c82b15fdaae36a3bb12a494683b4a3c7f2ae41306252fed84785e2bbff3b022812d0882f06978df84a"
                    + "80d443972213342d04b9048fc3b1d5fcb1df0f822152eced6da4d3f6df27e70e4539717307a0208cd208d65093ccab5aa596a34d7511401987662d8cf62b1394"
                    + "71"
            ),
        ])
    func handshake(sequence: String, readKey: String, hex: String) throws {
        let datagram = try [UInt8](hex: hex)
        let challenge = try [UInt8](hex: String(repeating: "0", count: 32) + Self.challengeTail + sequence)
        let packet = try DiscoveryPacket(datagram, localID: ids.b)
        guard case .handshake(let proof) = packet.kind else {
            Issue.record("not a handshake")
            return
        }
        #expect(proof.source == ids.a)
        #expect(proof.ephemeralKey.hex == "0x039a003ba6517b473fa0cd74aefe99dadfdb34627f90fec6362df85803908f53a5")
        #expect(proof.record.isEmpty == (sequence == "1"))
        let sender = proof.record.isEmpty ? a.publicKey : try NodeRecord(encoded: proof.record).publicKey
        #expect(sender == a.publicKey)
        #expect(
            IdentityProof.verify(
                proof.signature, challenge: challenge, ephemeralKey: proof.ephemeralKey, recipient: ids.b, by: sender))
        let keys = try SessionKeys(
            key: b, other: Secp256k1PublicKey(proof.ephemeralKey.bytes), initiator: ids.a, recipient: ids.b, challenge: challenge)
        #expect(keys.initiator.bareHex == readKey)
        let bytes = try DiscoveryCipher.open(
            packet.message, key: keys.initiator, nonce: packet.nonce, authenticating: packet.authenticated)
        let ping = DiscoveryMessage.ping(try #require(RequestID([0, 0, 0, 1])), recordSequence: 1)
        #expect(try DiscoveryMessage(bytes) == ping)

        // The initiator's side comes to the same keys and the same bytes.
        let ephemeral = try Secp256k1PrivateKey(Hash32(hex: "0288ef00023598499cb6c940146d050d2b1fb914198c327f76aad590bead68b6"))
        let own = try SessionKeys(key: ephemeral, other: b.publicKey, initiator: ids.a, recipient: ids.b, challenge: challenge)
        #expect(own == keys)
        let signature = IdentityProof.sign(challenge: challenge, ephemeralKey: proof.ephemeralKey, recipient: ids.b, by: a)
        #expect(signature == proof.signature)
        var again = DiscoveryPacket(packet.kind, nonce: packet.nonce, maskingIV: packet.maskingIV)
        again.message = try DiscoveryCipher.seal(
            ping.encoded, key: own.initiator, nonce: packet.nonce, authenticating: again.authenticated)
        #expect(try again.datagram(for: ids.b) == datagram)
    }

    @Test("key agreement, key derivation and the identity proof")
    func primitives() throws {
        let key = try Secp256k1PrivateKey(Hash32(hex: "fb757dc581730490a1d7a00deea65e9b1936924caaea8f44d476014856b68736"))
        let point = try [UInt8](hex: "039961e4c2356d61bedb83052c115d311acb3a96f5777296dcf297351130266231")
        #expect(
            try key.sharedPoint(with: Secp256k1PublicKey(point)).bareHex
                == "033b11a2a1f214567e1537ce5e509ffd9b21373247f2a3ff6841f4976f53165e7e")
        #expect(
            try key.sharedX(with: Secp256k1PublicKey(point)).bytes
                == Array(try key.sharedPoint(with: Secp256k1PublicKey(point)).dropFirst()))

        let challenge = try [UInt8](hex: String(repeating: "0", count: 32) + Self.challengeTail + "0")
        let destination = try Secp256k1PublicKey([UInt8](hex: "0317931e6e0840220642f230037d285d122bc59063221ef3226b1f403ddc69ca91"))
        let keys = try SessionKeys(key: key, other: destination, initiator: ids.a, recipient: ids.b, challenge: challenge)
        #expect(keys.initiator.bareHex == "dccc82d81bd610f4f76d3ebe97a40571")
        #expect(keys.recipient.bareHex == "ac74bb8773749920b0d3a8881c173ec5")

        let ephemeral = try FixedBytes<33>(hex: "039961e4c2356d61bedb83052c115d311acb3a96f5777296dcf297351130266231")
        let signature = IdentityProof.sign(challenge: challenge, ephemeralKey: ephemeral, recipient: ids.b, by: key)
        #expect(
            signature.bytes.bareHex
                == "94852a1e2318c4e5e9d422c98eaf19d1d90d876b29cd06ca7cb7546d0fff7b484fe86c09a064fe72bdbef73ba8e9c34df0cd2b53e9d65528c2c7f336d5dfc6e6"
        )
    }

    @Test("sealing a message")
    func sealing() throws {
        let sealed = try DiscoveryCipher.seal(
            [UInt8](hex: "01c20101"), key: [UInt8](hex: "9f2d77db7004bf8a1a85107ac686990b"),
            nonce: PacketNonce(hex: "27b5af763c446acd2749fe8e"),
            authenticating: [UInt8](hex: "93a7400fa0d6a694ebc24d5cf570f65d04215b6ac00757875e3f3a5f42107903"))
        #expect(sealed.bareHex == "a5d12a2d94b8ccb3ba55558229867dc13bfa3648")
    }
}
