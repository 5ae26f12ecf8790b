import BeaconTypes
import ContentNetwork
import Foundation
import Multiformats
import NodeRecords
import NodeConfiguration
import PeerIdentity
import Primitives
import ServiceInterfaces

/// The node that runs on this machine, asked over its doors.
struct RunningNode {
    let ports: Ports

    private struct Data<Value: Decodable>: Decodable { let data: Value }
    private struct Header: Decodable { let root: String }
    private struct Identity: Decodable { let enr: String }
    private struct Finality: Decodable {
        struct Point: Decodable {
            let epoch: String
            let root: String
        }

        let finalized: Point
    }

    /// An invite to its chain, not signed yet.
    ///
    /// - Parameters:
    ///   - key: must be the node's own.
    ///   - more: addresses that the operator names.
    func invite(key: PeerKeyPair, more: [String], now: UInt64) async throws -> Invite {
        let genesis: Data<Header> = try await ask(ports.prysmREST, "/eth/v1/beacon/headers/genesis")
        let finality: Data<Finality> = try await ask(ports.prysmREST, "/eth/v1/beacon/states/head/finality_checkpoints")
        let identity: Data<Identity> = try await ask(ports.prysmREST, "/eth/v1/node/identity")
        let listing: PeerListing = try await ask(ports.dht, "/dht/peers")
        guard listing.own.id == key.peerID.description else {
            throw SetupError("the node on port \(ports.dht) is another than that of --datadir: \(listing.own.id)")
        }
        guard let root = try? Root(hex: genesis.data.root), let final = try? Root(hex: finality.data.finalized.root),
            let epoch = Epoch(finality.data.finalized.epoch)
        else { throw SetupError("the node's answers cannot be read") }
        let named = try more.flatMap { try BootstrapAddress.read($0, port: UInt16(clamping: ports.dht)) }
        let known = listing.own.addresses.compactMap { try? Multiaddr($0) }
        let own = key.peerID
        let addresses = (named + known).compactMap { try? Multiaddr($0.value(.p2p) == nil ? "\($0)/p2p/\(own)" : "\($0)") }
        guard !addresses.isEmpty else { throw SetupError("the node tells no address; name one with --address") }
        return Invite(
            network: ChainConfig.pol.configName, genesisRoot: root, checkpoint: Checkpoint(epoch: epoch, root: final),
            addresses: Array(addresses.prefix(Invite.maximumAddresses)), record: try? NodeRecord(text: identity.data.enr), time: now)
    }

    private func ask<Value: Decodable>(_ port: Int, _ path: String) async throws -> Value {
        let answer: WebProbe
        do {
            answer = try await WebProbe(host: "127.0.0.1", port: port, path: path)
        } catch {
            throw SetupError("no node answers on port \(port); start it with 'polai up', or name its ports")
        }
        guard answer.isSuccess, let value = try? JSONDecoder().decode(Value.self, from: Foundation.Data(answer.body.utf8)) else {
            throw SetupError("what listens on port \(port) does not answer \(path) as a node does")
        }
        return value
    }
}
