import SSZ

// The containers that the `ssz_generic` vectors name (consensus-specs `tests/formats/ssz_generic`).

struct SingleFieldTestStruct: SSZContainer, Hashable {
    var a: UInt8 = 0

    mutating func visitFields<Visitor: SSZFieldVisitor>(_ visitor: inout Visitor, _ shape: Unshaped) throws(Visitor.Failure) {
        try visitor.visit("A", &a)
    }
}

struct SmallTestStruct: SSZContainer, Hashable {
    var a: UInt16 = 0
    var b: UInt16 = 0

    mutating func visitFields<Visitor: SSZFieldVisitor>(_ visitor: inout Visitor, _ shape: Unshaped) throws(Visitor.Failure) {
        try visitor.visit("A", &a)
        try visitor.visit("B", &b)
    }
}

struct FixedTestStruct: SSZContainer, Hashable {
    var a: UInt8 = 0
    var b: UInt64 = 0
    var c: UInt32 = 0

    mutating func visitFields<Visitor: SSZFieldVisitor>(_ visitor: inout Visitor, _ shape: Unshaped) throws(Visitor.Failure) {
        try visitor.visit("A", &a)
        try visitor.visit("B", &b)
        try visitor.visit("C", &c)
    }
}

struct VarTestStruct: SSZContainer, Hashable {
    var a: UInt16 = 0
    var b: SSZList<UInt16> = []
    var c: UInt8 = 0

    mutating func visitFields<Visitor: SSZFieldVisitor>(_ visitor: inout Visitor, _ shape: Unshaped) throws(Visitor.Failure) {
        try visitor.visit("A", &a)
        try visitor.visit("B", &b, .limit(1024))
        try visitor.visit("C", &c)
    }
}

struct ComplexTestStruct: SSZContainer, Hashable {
    var a: UInt16 = 0
    var b: [UInt16] = []
    var c: UInt8 = 0
    var d: [UInt8] = []
    var e = VarTestStruct()
    var f: SSZVector<FixedTestStruct> = []
    var g: SSZVector<VarTestStruct> = []

    mutating func visitFields<Visitor: SSZFieldVisitor>(_ visitor: inout Visitor, _ shape: Unshaped) throws(Visitor.Failure) {
        try visitor.visit("A", &a)
        try visitor.visit("B", &b, .limit(128))
        try visitor.visit("C", &c)
        try visitor.visit("D", &d, .limit(256))
        try visitor.visit("E", &e)
        try visitor.visit("F", &f, .length(4))
        try visitor.visit("G", &g, .length(2))
    }
}

struct BitsStruct: SSZContainer, Hashable {
    var a = Bitlist()
    var b = Bitvector()
    var c = Bitvector()
    var d = Bitlist()
    var e = Bitvector()

    mutating func visitFields<Visitor: SSZFieldVisitor>(_ visitor: inout Visitor, _ shape: Unshaped) throws(Visitor.Failure) {
        try visitor.visit("A", &a, .limit(5))
        try visitor.visit("B", &b, .length(2))
        try visitor.visit("C", &c, .length(1))
        try visitor.visit("D", &d, .limit(6))
        try visitor.visit("E", &e, .length(8))
    }
}
