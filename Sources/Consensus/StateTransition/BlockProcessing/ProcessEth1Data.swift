import BeaconTypes
import SSZ

extension CachedBeaconState {
    /// `process_eth1_data` (phase0 beacon-chain, Eth1 data).
    mutating func processEth1Data(_ body: BeaconBlockBody) throws(StateTransitionError) {
        let period = try preset.epochsPerEth1VotingPeriod *! preset.slotsPerEpoch
        try require(UInt64(state.eth1DataVotes.count) < period, .listFull, "eth1_data_votes")
        state.eth1DataVotes.append(body.eth1Data)
        var votes: UInt64 = 0
        for vote in state.eth1DataVotes where vote == body.eth1Data { votes += 1 }
        if votes * 2 > period { state.eth1Data = body.eth1Data }
    }
}
