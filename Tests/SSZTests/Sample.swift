import SSZ

/// A small container with fixed and variable fields.
struct Sample: SSZContainer {
    var first: UInt64 = 0
    var list: [UInt64] = []
    var last = false
    var bits = Bitlist()

    init() {}

    init(first: UInt64, list: [UInt64], last: Bool, bits: Bitlist) {
        self.first = first
        self.list = list
        self.last = last
        self.bits = bits
    }

    mutating func visitFields<Visitor: SSZFieldVisitor>(_ visitor: inout Visitor, _ shape: Unshaped) throws(Visitor.Failure) {
        try visitor.visit("first", &first)
        try visitor.visit("list", &list, .limit(4))
        try visitor.visit("last", &last)
        try visitor.visit("bits", &bits, .limit(10))
    }
}
