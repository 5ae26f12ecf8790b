/// Gas that is not a constant of one instruction.
enum GasTable {
    static let coldAccount: Int64 = 2600
    static let coldSlot: Int64 = 2100
    static let warmAccess: Int64 = 100
    static let callValue: Int64 = 9000
    static let callStipend: Int64 = 2300
    static let newAccount: Int64 = 25000
    static let codeDepositPerByte: Int64 = 200
    static let initcodePerWord: Int64 = 2
    static let copyPerWord: Int64 = 3
    static let keccakPerWord: Int64 = 6
    static let logPerByte: Int64 = 8
    static let maximumCodeSize = 24576
    static let maximumInitcodeSize = 49152
    static let maximumDepth = 1024

    /// The constant part of account and storage access; since Berlin nothing, as warmth decides.
    static func accountAccess(
        _ revision: EVMRevision
    ) -> (balance: Int32, code: Int32, codeHash: Int32, storage: Int32, call: Int32) {
        switch revision {
        case .berlin...: (0, 0, 0, 0, 0)
        case .istanbul...: (700, 700, 700, 800, 700)
        case .tangerineWhistle...: (400, 700, 400, 200, 700)
        default: (20, 20, 0, 50, 40)
        }
    }

    static func words(_ bytes: Int) -> Int64 { Int64((bytes + 31) / 32) }

    /// The whole price of a memory of so many words.
    @inline(__always) static func memory(words: Int64) -> Int64 { 3 * words + words * words / 512 }
}
