/// RIPEMD-160 (Dobbertin, Bosselaers, Preneel 1996).
enum RIPEMD160 {
    private static let leftOrder: [Int] = [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9, 5, 2,
        14, 11, 8,
        3, 10, 14, 4, 9, 15, 8, 1, 2, 7, 0, 6, 13, 11, 5, 12, 1, 9, 11, 10, 0, 8, 12, 4, 13, 3, 7, 15,
        14, 5, 6, 2,
        4, 0, 5, 9, 7, 12, 2, 10, 14, 1, 3, 8, 11, 6, 15, 13,
    ]
    private static let rightOrder: [Int] = [
        5, 14, 7, 0, 9, 2, 11, 4, 13, 6, 15, 8, 1, 10, 3, 12, 6, 11, 3, 7, 0, 13, 5, 10, 14, 15, 8, 12,
        4, 9, 1, 2,
        15, 5, 1, 3, 7, 14, 6, 9, 11, 8, 12, 2, 10, 0, 4, 13, 8, 6, 4, 1, 3, 11, 15, 0, 5, 12, 2, 13, 9,
        7, 10, 14,
        12, 15, 10, 4, 1, 5, 8, 7, 6, 2, 13, 14, 0, 3, 9, 11,
    ]
    private static let leftShift: [UInt32] = [
        11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8, 7, 6, 8, 13, 11, 9, 7, 15, 7, 12, 15, 9,
        11, 7, 13, 12,
        11, 13, 6, 7, 14, 9, 13, 15, 14, 8, 13, 6, 5, 12, 7, 5, 11, 12, 14, 15, 14, 15, 9, 8, 9, 14, 5,
        6, 8, 6, 5, 12,
        9, 15, 5, 11, 6, 8, 13, 12, 5, 12, 13, 14, 11, 8, 5, 6,
    ]
    private static let rightShift: [UInt32] = [
        8, 9, 9, 11, 13, 15, 15, 5, 7, 7, 8, 11, 14, 14, 12, 6, 9, 13, 15, 7, 12, 8, 9, 11, 7, 7, 12, 7,
        6, 15, 13, 11,
        9, 7, 15, 11, 8, 6, 6, 14, 12, 13, 5, 14, 13, 13, 7, 5, 15, 5, 8, 11, 14, 14, 6, 14, 6, 9, 12,
        9, 12, 5, 15, 8,
        8, 5, 12, 9, 12, 5, 14, 6, 8, 13, 6, 5, 15, 13, 11, 11,
    ]
    private static let leftConstants: [UInt32] = [
        0, 0x5a82_7999, 0x6ed9_eba1, 0x8f1b_bcdc, 0xa953_fd4e,
    ]
    private static let rightConstants: [UInt32] = [
        0x50a2_8be6, 0x5c4d_d124, 0x6d70_3ef3, 0x7a6d_76e9, 0,
    ]

    static func hash(_ input: [UInt8]) -> [UInt8] {
        var state: [UInt32] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0]
        var message = input + [0x80]
        while message.count % 64 != 56 { message.append(0) }
        withUnsafeBytes(of: (UInt64(input.count) * 8).littleEndian) { message.append(contentsOf: $0) }
        for block in stride(from: 0, to: message.count, by: 64) {
            let words = (0..<16).map { index in
                (0..<4).reduce(UInt32(0)) { $0 | UInt32(message[block + 4 * index + $1]) << UInt32(8 * $1) }
            }
            compress(&state, words)
        }
        return state.flatMap { word in withUnsafeBytes(of: word.littleEndian) { [UInt8]($0) } }
    }

    private static func compress(_ state: inout [UInt32], _ words: [UInt32]) {
        var left = state
        var right = state
        for step in 0..<80 {
            turn(
                &left, round: step / 16, words[leftOrder[step]] &+ leftConstants[step / 16], leftShift[step]
            )
            turn(
                &right, round: 4 - step / 16, words[rightOrder[step]] &+ rightConstants[step / 16],
                rightShift[step])
        }
        let first = state[1] &+ left[2] &+ right[3]
        state[1] = state[2] &+ left[3] &+ right[4]
        state[2] = state[3] &+ left[4] &+ right[0]
        state[3] = state[4] &+ left[0] &+ right[1]
        state[4] = state[0] &+ left[1] &+ right[2]
        state[0] = first
    }

    private static func turn(_ v: inout [UInt32], round: Int, _ addend: UInt32, _ shift: UInt32) {
        let mixed = v[0] &+ function(round, v[1], v[2], v[3]) &+ addend
        let next = rotate(mixed, shift) &+ v[4]
        v[0] = v[4]
        v[4] = v[3]
        v[3] = rotate(v[2], 10)
        v[2] = v[1]
        v[1] = next
    }

    private static func function(_ round: Int, _ x: UInt32, _ y: UInt32, _ z: UInt32) -> UInt32 {
        switch round {
        case 0: x ^ y ^ z
        case 1: (x & y) | (~x & z)
        case 2: (x | ~y) ^ z
        case 3: (x & z) | (y & ~z)
        default: x ^ (y | ~z)
        }
    }

    private static func rotate(_ value: UInt32, _ by: UInt32) -> UInt32 {
        value << by | value >> (32 - by)
    }
}
