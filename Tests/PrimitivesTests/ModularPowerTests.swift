import TestSupport
import Testing

@testable import Primitives

@Suite struct ModularPowerTests {
    @Test func knownPowers() {
        #expect(ModularPower.power([7], [3], [1 << 62, 1]) == [343, 0])
        #expect(ModularPower.power([2], [10], [1000]) == [24])
        #expect(ModularPower.power([2], [10], [999]) == [25])
        #expect(ModularPower.power([0], [], [1]) == [0])
        #expect(ModularPower.power([], [0, 0], [5, 1]) == [1, 0])
    }

    /// Repeated multiplication, one word.
    @Test(arguments: [3, 4, 0xffff_ffff, 0x1_0000_0001, 0xffff_ffff_ffff_ffff] as [UInt64])
    func smallPowers(modulus: UInt64) {
        for base in [0, 1, 2, modulus / 2, modulus - 1] {
            for exponent in [0, 1, 2, 3, 17, 257] as [UInt32] {
                var expected: UInt64 = 1 % modulus
                for _ in 0..<exponent { expected = modulus.dividingFullWidth(expected.multipliedFullWidth(by: base)).remainder }
                #expect(ModularPower.power([base], exponent.bigEndianBytes, [modulus]) == [expected], "\(base)^\(exponent) mod \(modulus)")
            }
        }
    }

    /// Montgomery's multiplication against division, at words where carries and the last subtraction matter.
    @Test func oddAgreesWithPlain() {
        var generator = SeededGenerator(seed: 7)
        for count in 2...5 {
            for round in 0..<12 {
                let isFull = round % 3 == 0
                func number(_ fill: UInt64) -> [UInt64] { (0..<count).map { _ in isFull ? fill : generator.next() } }
                var (modulus, base) = (number(.max), number(.max - 1))
                modulus[0] |= 1
                modulus[count - 1] |= 1
                base = ModularPower.remainder(base, modulus)
                let exponent: [UInt8] = round % 2 == 0 ? [1, 0, 1] : [0xff, UInt8(round), 0x0f]
                #expect(ModularPower.oddPower(base, exponent[...], modulus) == ModularPower.plainPower(base, exponent[...], modulus))
            }
        }
    }

    @Test func bytesAndWords() {
        #expect(ModularPower.words([0, 0, 1, 2]) == [0x102] && ModularPower.words([]).isEmpty)
        #expect(ModularPower.words([1] + [UInt8](repeating: 0, count: 8)) == [0, 1])
        #expect(ModularPower.bytes([0x102], count: 4) == [0, 0, 1, 2] && ModularPower.bytes([0x102], count: 1) == [2])
    }
}
