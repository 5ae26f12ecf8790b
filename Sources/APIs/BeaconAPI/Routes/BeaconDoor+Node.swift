import BeaconTypes
import HTTPDoor
import Hummingbird
import JSON
import Primitives
import SSZ
import ServiceInterfaces

extension BeaconDoor {
    func addNodeRoutes(to routes: RouteTable) {
        routes.get("/eth/v1/node/version") { _, _ in Response.data(["version": .string(ClientVersion.full)]) }
        routes.get("/eth/v2/node/version") { _, _ in
            Response.data([
                "beacon_node": [
                    // The list of two-letter codes has none for this program.
                    "code": "PO", "name": .string(ClientVersion.name), "version": .string("v\(ClientVersion.number)"),
                    "commit": "0x00000000",
                ]
            ])
        }
        routes.get("/eth/v1/node/syncing") { _, _ in
            let status = await chain.syncStatus()
            var members: [JSONValue.Member] = [
                .init("head_slot", .string(String(status.headSlot))), .init("sync_distance", .string(String(status.syncDistance))),
                .init("is_syncing", .bool(status.isSyncing || isClockBehind(status))), .init("is_optimistic", .bool(status.isOptimistic)),
                .init("el_offline", .bool(status.isExecutionOffline)),
            ]
            // Not of the API: what is missing before the checkpoint that this node began with.
            if let history = status.history { members.append(.init("history", Self.progress(history))) }
            return Response.data(.object(members))
        }
        routes.get("/eth/v1/node/health", offers: nil) { request, _ in
            let syncing = try request.queryNumber("syncing_status") ?? 206
            guard (200...599).contains(syncing) else { throw DoorError.badRequest("Invalid syncing status code: \(syncing)") }
            let status = await chain.syncStatus()
            let isReady = !status.isSyncing && !status.isOptimistic && !status.isExecutionOffline && !isClockBehind(status)
            return Response(status: isReady ? .ok : .init(code: Int(syncing)))
        }
        routes.get("/polai/v1/absent_stake") { _, _ in Response.data(Self.absence(try await chain.absentStake())) }
        addPeerRoutes(to: routes)
    }

    private static func absence(_ stake: AbsentStake) -> JSONValue {
        [
            "absent_gwei": .string(String(stake.absent)), "active_gwei": .string(String(stake.active)),
            "absent_validators": .string(String(stake.absentValidators)), "active_validators": .string(String(stake.activeValidators)),
            "indices": .array(stake.indices.map { .string(String($0)) }),
            "since_epoch": stake.since.map { .string(String($0)) } ?? .null,
        ]
    }

    private static func progress(_ history: HistoryProgress) -> JSONValue {
        [
            "slot": .string(String(history.slot)), "target_slot": .string(String(history.target)),
            "slots_per_second": .string(String(Int(history.slotsPerSecond))),
            "seconds_left": history.secondsLeft.map { .string(String(Int($0.rounded(.up)))) } ?? .null,
        ]
    }

    /// A clock that was set back: nobody can do duties until it is right, as on a node that syncs.
    private func isClockBehind(_ status: BeaconSyncStatus) -> Bool { chain.clock.isBehind(status.headSlot) }

    private func addPeerRoutes(to routes: RouteTable) {
        routes.get("/eth/v1/node/identity") { _, _ in
            let listing = await peers?.listing()
            let (own, subnets) = (listing?.own, listing?.subnets)
            let addresses = (own?.addresses ?? []).map { address in
                address.contains("/p2p/") ? address : "\(address)/p2p/\(own?.id ?? "")"
            }
            return Response.data([
                "peer_id": .string(own?.id ?? ""),
                // A node without discovery has no node record.
                "enr": .string(own?.enr ?? ""),
                "discovery_addresses": .array((listing?.discoveryAddresses ?? []).map { .string($0) }),
                "p2p_addresses": .array(addresses.map { .string($0) }),
                "metadata": [
                    "seq_number": .string(String(subnets?.sequenceNumber ?? 0)),
                    "attnets": Self.bits(subnets?.attestations, count: 64),
                    "syncnets": Self.bits(subnets?.syncCommittees, count: Int(Constant.syncCommitteeSubnetCount)),
                ],
            ])
        }
        routes.get("/eth/v1/node/peers") { request, _ in
            let states = request.queryList("state")
            let directions = request.queryList("direction")
            let connected = states.isEmpty || states.contains("connected") ? await peers?.listing().peers ?? [] : []
            let listed = connected.filter { directions.isEmpty || directions.contains(Self.direction(of: $0)) }
            return Response.json(["data": .array(listed.map(Self.json)), "meta": ["count": JSONValue(listed.count)]])
        }
        routes.get("/eth/v1/node/peers/:peer_id") { _, context in
            let id = context.parameters.get("peer_id") ?? ""
            guard let peer = await peers?.listing().peers.first(where: { $0.id == id }) else {
                throw DoorError.notFound("Peer not found: \(id)")
            }
            return Response.data(Self.json(peer))
        }
        routes.get("/eth/v1/node/peer_count") { _, _ in
            let connected = await peers?.listing().peers.count ?? 0
            return Response.data([
                "disconnected": "0", "connecting": "0", "connected": .string(String(connected)), "disconnecting": "0",
            ])
        }
    }

    private static func json(_ peer: PeerListing.Peer) -> JSONValue {
        [
            "peer_id": .string(peer.id), "enr": peer.enr.map { .string($0) } ?? .null,
            "last_seen_p2p_address": .string(peer.addresses.first ?? ""), "state": "connected",
            "direction": .string(direction(of: peer)),
        ]
    }

    /// `outbound` where this node dialled.
    private static func direction(of peer: PeerListing.Peer) -> String { peer.direction ?? "outbound" }

    /// A vector of `count` bits in SSZ's JSON; none is set of one that is not known.
    private static func bits(_ values: [Bool]?, count: Int) -> JSONValue {
        Bitvector(values ?? [Bool](repeating: false, count: count)).json(.length(UInt64(count)))
    }
}
