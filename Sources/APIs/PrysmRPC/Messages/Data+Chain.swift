import BeaconTypes
import Foundation
import GRPCCore
import Primitives

extension Data {
    /// A 32-byte root, or an error that names the field.
    func root(_ field: String) throws(RPCError) -> Root {
        guard let root = Root(self) else { throw .invalid("\(field) has \(count) bytes; a root has 32") }
        return root
    }

    func publicKey(_ field: String = "public_key") throws(RPCError) -> BLSPubkey {
        guard let key = BLSPubkey(self) else { throw .invalid("\(field) has \(count) bytes; a BLS public key has 48") }
        return key
    }

    func signature() throws(RPCError) -> BLSSignature {
        guard let signature = BLSSignature(self) else { throw .invalid("signature has \(count) bytes; a BLS signature has 96") }
        return signature
    }
}

extension Hash32 {
    var data: Data { Data(bytes) }
}

extension FixedBytes {
    var data: Data { Data(bytes) }
}
