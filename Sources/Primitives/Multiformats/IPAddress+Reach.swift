import Primitives

extension IPAddress {
    /// `0.0.0.0` or `::`: no address that anyone has.
    public var isUnspecified: Bool { bytes.allSatisfy { $0 == 0 } }

    /// Of this machine alone.
    public var isLoopback: Bool {
        switch self {
        case .v4(let bytes): bytes[0] == 127
        case .v6(let bytes): bytes.bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1
        }
    }

    public var isMulticast: Bool {
        switch self {
        case .v4(let bytes): bytes[0] >= 224
        case .v6(let bytes): bytes[0] == 0xff
        }
    }

    /// Whether it is set aside for no other use, so that anyone on the internet might have it (IANA's special-purpose registries).
    public var isGlobal: Bool {
        switch self {
        case .v4(let bytes):
            switch (bytes[0], bytes[1]) {
            case (0, _), (10, _), (127, _), (100, 64...127), (169, 254), (172, 16...31), (192, 168), (198, 18...19), (224..., _): false
            case (192, 0): bytes[2] != 0 && bytes[2] != 2
            case (198, 51): bytes[2] != 100
            case (203, 0): bytes[2] != 113
            default: true
            }
        case .v6(let bytes):
            // Global unicast, without what is the IETF's own (2001::/23, Teredo in it), 6to4's (2002::/16) and the documentation's
            // (2001:db8::/32, 3fff::/20). Teredo and 6to4 lead to whatever IPv4 address is written in them.
            switch (bytes[0], bytes[1]) {
            case (0x20, 0x01): bytes[2] > 1 && !(bytes[2] == 0x0d && bytes[3] == 0xb8)
            case (0x20, 0x02): false
            case (0x3f, 0xff): bytes[2] & 0xf0 != 0
            default: bytes[0] & 0xe0 == 0x20
            }
        }
    }
}
