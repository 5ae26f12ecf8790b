import FuzzDriver
import JSON
import JSONRPC
import JSONRPCCore
import Logging
import Primitives

extension FuzzTarget {
    static let jsonRPC = FuzzTarget(
        "json-rpc", "JSON-RPC requests and batches", maximumLength: 2048,
        words: [
            "{", "}", "[", "]", ":", ",", "\"jsonrpc\":\"2.0\"", "\"id\":", "\"method\":", "\"params\":", "null", "0x", "latest",
            "blockHash",
            "blockNumber", "requireCanonical", "18446744073709551616",
        ]
    ) { _ in
        var dispatcher = RPCDispatcher(logger: Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() })
        EthereumMethods(chain: FuzzExecutionChain()).register(in: &dispatcher)
        let address = "\"0x" + String(repeating: "11", count: 20) + "\""
        let hash = "\"" + Keccak256.hash([3]).hex + "\""
        let parameters = [
            "[]", "[\(address),\"latest\"]", "[\(address),{\"blockHash\":\(hash)}]", "[\"0x3\",true]", "[\(hash),false]",
            "[\"0x1\",\"0x0\"]",
            "[{\"to\":\(address),\"data\":\"0x600160005260206000f3\"},\"latest\",{\(address):{\"code\":\"0x600054\"}}]",
            "[{\"fromBlock\":\"0x0\",\"address\":[\(address)],\"topics\":[[\(hash)],null]}]",
        ]
        var seeds: [[UInt8]] = []
        for (index, method) in dispatcher.methodNames.enumerated() {
            for (other, text) in parameters.enumerated() where other == 0 || (index + other) % 2 == 0 {
                seeds.append(Array("{\"jsonrpc\":\"2.0\",\"id\":\(index),\"method\":\"\(method)\",\"params\":\(text)}".utf8))
            }
        }
        seeds.append(
            Array("[{\"jsonrpc\":\"2.0\",\"method\":\"eth_chainId\"},{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"none\"},1]".utf8))
        let ready = dispatcher
        return Prepared(seeds: seeds) { bytes in
            guard let answer = try waiting({ await ready.answer(bytes) }) else { return }
            promise((try? JSONValue(parsing: answer)) != nil, "an answer that is no JSON")
        }
    }
}
