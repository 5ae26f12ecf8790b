import Primitives
import Testing

@testable import EVM

@Suite struct PrecompileTests {
    /// RFC 6979, A.2.5: P-256 with SHA-256 of "sample"; and what is wrong with it in turn.
    @Test func p256() throws {
        let hash = SHA256.hash(Array("sample".utf8)).bytes.bareHex
        let r = "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
        let s = "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"
        let x = "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
        let y = "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"
        let one = String(repeating: "0", count: 62) + "01"
        let zero = String(repeating: "0", count: 64)
        func verify(_ input: String, gas: Int64 = 6900) throws -> String? {
            Precompile.p256Verify.run(try [UInt8](hex: input), gas: gas, .osaka)?.output.bareHex
        }
        #expect(try verify(hash + r + s + x + y) == one)
        #expect(try verify(hash + r + s + x + y, gas: 6899) == nil)
        for wrong in [
            hash + r + s + y + x, hash + s + r + x + y, zero + r + s + x + y, hash + zero + s + x + y, hash + r + s + zero + zero,
            hash + r + s + x, hash + r + s + x + y + "00", "",
        ] { #expect(try verify(wrong) == "") }
        let address = Address([UInt8](repeating: 0, count: 18) + [1, 0]) ?? .zero
        #expect(Precompile(address, .osaka) == .p256Verify && Precompile(address, .prague) == nil)
        #expect(Precompile.p256Verify.address == address)
    }

    private func run(_ precompile: Precompile, _ input: String, gas: Int64 = 1_000_000) throws -> String? {
        precompile.run(try [UInt8](hex: input), gas: gas, .prague)?.output.bareHex
    }

    /// The digests of the paper.
    @Test func ripemd160() {
        #expect(RIPEMD160.hash([]).bareHex == "9c1185a5c5e9fc54612808977ee8f548b2258d31")
        #expect(RIPEMD160.hash(Array("abc".utf8)).bareHex == "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc")
        #expect(
            RIPEMD160.hash(Array("12345678901234567890123456789012345678901234567890123456789012345678901234567890".utf8)).bareHex
                == "9b752e45573d4b39f4dbd3323cab82bf63326bfb")
    }

    /// EIP-152, test vector 5: BLAKE2b of "abc".
    @Test func blake2f() throws {
        let input =
            "0000000c48c9bdf267e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1361d5f3af54fa5d182e6ad7f520e511f6c3e2b8c68059b6bbd41fbabd9831f79217e1319cde05b61626300"
            + String(repeating: "00", count: 124) + "0300000000000000000000000000000001"
        #expect(
            try run(.blake2f, input)
                == "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923"
        )
        #expect(try run(.blake2f, String(input.dropLast(2)) + "02") == nil)
        #expect(try run(.blake2f, String(input.dropLast(2))) == nil)
        #expect(try run(.blake2f, input, gas: 11) == nil)
    }

    /// 3^(p-1) mod p = 1 of secp256k1's p (EIP-198).
    @Test func modexp() throws {
        let one = String(repeating: "0", count: 62) + "01"
        let word = String(repeating: "0", count: 62) + "20"
        let p = "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f"
        #expect(try run(.modexp, one + word + word + "03" + p.dropLast(2) + "2e" + p) == one)
        #expect(try run(.modexp, "") == "")
    }

    /// e(P, Q) · e(-P, Q) = 1 for the generators, and the sum of equal points is the double.
    @Test func bn128() throws {
        let x2 =
            "198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c21800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed"
        let y2 =
            "090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa"
        let one = String(repeating: "0", count: 62) + "01"
        let two = String(repeating: "0", count: 62) + "02"
        let minusTwo = (BNField.modulus &- 2).bigEndianHash.bytes.bareHex
        #expect(try run(.bn128Pairing, one + two + x2 + y2 + one + minusTwo + x2 + y2) == one)
        #expect(try run(.bn128Pairing, one + two + x2 + y2) == String(repeating: "0", count: 64))
        #expect(try run(.bn128Pairing, "") == one)
        #expect(try run(.bn128Add, one + two + one + two) == run(.bn128Multiply, one + two + two))
        #expect(try run(.bn128Add, one + two + one + minusTwo) == String(repeating: "0", count: 128))
        #expect(try run(.bn128Add, one + one) == nil)
        #expect(try run(.bn128Multiply, one + two + BNPoint2.order.bigEndianHash.bytes.bareHex) == String(repeating: "0", count: 128))
    }

    @Test func precompilesComeWithTheirForks() {
        #expect(EVM.precompiles(.frontier).count == 4)
        #expect(EVM.precompiles(.byzantium).count == 8)
        #expect(EVM.precompiles(.istanbul).count == 9)
        #expect(EVM.precompiles(.cancun).count == 10)
        #expect(EVM.precompiles(.prague).count == 17)
    }
}
