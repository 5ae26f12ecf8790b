import EngineTypes
import JSON
import Primitives
import Testing

@testable import EngineWire

@Suite("Engine API objects")
struct EngineObjectTests {
    private var payload: ExecutionPayload {
        ExecutionPayload(
            parentHash: Keccak256.hash([1]), feeRecipient: Address([UInt8](repeating: 7, count: 20)) ?? .zero,
            stateRoot: Keccak256.hash([2]), receiptsRoot: Keccak256.hash([3]), prevRandao: Keccak256.hash([4]), blockNumber: 16,
            gasLimit: 36_000_000, gasUsed: 0, timestamp: .max, extraData: [UInt8](repeating: 9, count: 64),
            baseFeePerGas: UInt256(high: 1, low: 0), blockHash: Keccak256.hash([5]), transactions: [[2, 1], []],
            withdrawals: [Withdrawal(index: 1, validatorIndex: .max, address: .zero, amount: 5)], difficulty: 65,
            powNonce: Bytes8(bigEndian: 77))
    }

    @Test("everything comes back as it was")
    func roundTrip() throws {
        #expect(try ExecutionPayload(EngineField(payload.engineJSON)) == payload)
        let state = ForkchoiceState(headBlockHash: Keccak256.hash([1]), safeBlockHash: .zero, finalizedBlockHash: Keccak256.hash([2]))
        #expect(try ForkchoiceState(EngineField(state.engineJSON)) == state)
        let attributes = PayloadAttributes(
            timestamp: 5, prevRandao: Keccak256.hash([1]), suggestedFeeRecipient: .zero, withdrawals: payload.withdrawals,
            parentBeaconBlockRoot: Keccak256.hash([2]), updateID: Keccak256.hash([3]))
        #expect(try PayloadAttributes(EngineField(attributes.engineJSON)) == attributes)
        for status in [PayloadStatus.valid(.zero), .invalid("why"), .syncing, PayloadStatus(.accepted)] {
            #expect(try PayloadStatus(EngineField(status.engineJSON)) == status)
            for id in [nil, Bytes8(bigEndian: 3)] {
                let updated = ForkchoiceUpdated(payloadStatus: status, payloadID: id)
                #expect(try ForkchoiceUpdated(EngineField(updated.engineJSON)) == updated)
            }
        }
        let answer = GetPayloadResponse(payload: payload, blockValue: UInt256(high: 2, low: 1), executionRequests: [[0, 1], [2, 3]])
        #expect(try GetPayloadResponse(EngineField(answer.engineJSON)) == answer)
    }

    @Test("the members have the forms of execution-apis")
    func forms() {
        let json = payload.engineJSON
        #expect(json["blockNumber"] == "0x10" && json["gasUsed"] == "0x0" && json["timestamp"] == "0xffffffffffffffff")
        #expect(json["baseFeePerGas"] == .string("0x1" + String(repeating: "0", count: 32)))
        #expect(json["transactions"] == ["0x0201", "0x"] && json["powNonce"] == "0x000000000000004d" && json["difficulty"] == "0x41")
        #expect(json["withdrawals"]?.array?.first?["validatorIndex"] == "0xffffffffffffffff")
    }

    @Test("each member missing, of another kind, too long or too large is refused by its name")
    func badMembers() throws {
        let members = try #require(payload.engineJSON.object)
        for member in members {
            for bad in [nil, .null, 5, true, [], "", "0x", "0xzz", "12", .string("0x0" + String(repeating: "1", count: 600))]
                as [JSONValue?]
            {
                // An empty list is a list, and empty bytes are bytes.
                if bad == [], ["transactions", "withdrawals"].contains(member.name) { continue }
                if bad == "0x", member.name == "extraData" { continue }
                let changed = members.compactMap { $0.name == member.name ? bad.map { JSONValue.Member(member.name, $0) } : $0 }
                let error = #expect(throws: EngineWireError.self) { try ExecutionPayload(EngineField(.object(changed))) }
                #expect(error?.field == member.name, "\(member.name) \(bad.map { "\($0)" } ?? "")")
            }
        }
        #expect(throws: EngineWireError.self) { try ExecutionPayload(EngineField([])) }
    }

    @Test("numbers have one form", arguments: ["0x01", "0x00", "0x-1", "0x+1", "0x1ffffffffffffffff", "0X1", "1", "0xg"])
    func numbers(text: String) {
        #expect(throws: EngineWireError.self) { try EngineField(.string(text)).uint64() }
    }

    @Test("lists are bounded")
    func lists() {
        var long = payload
        long.withdrawals = [Withdrawal](repeating: Withdrawal(), count: 17)
        #expect(throws: EngineWireError("withdrawals", "17 elements, at most 16")) { try ExecutionPayload(EngineField(long.engineJSON)) }
        long = payload
        long.extraData = [UInt8](repeating: 0, count: 65)
        #expect(throws: EngineWireError("extraData", "65 bytes, at most 64")) { try ExecutionPayload(EngineField(long.engineJSON)) }
    }
}
