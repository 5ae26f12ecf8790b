import BeaconTypes
import Primitives

extension FastConfirmation {
    /// `find_latest_confirmed_descendant`: the most recent confirmed block on the canonical chain from `latest` on.
    func findLatestConfirmedDescendant(_ view: inout ConfirmationView, of latest: Root) throws(ForkChoiceError) -> Root {
        let store = view.store
        let isEpochStart = store.isStartSlotAtEpoch(store.currentSlot)
        var confirmed = latest
        if try canConfirmPreviousEpoch(&view, latest, isEpochStart) { confirmed = try lastOfPreviousEpoch(&view, after: confirmed) }

        let headUnrealized = try view.node(view.head).unrealizedJustified.epoch
        guard isEpochStart || headUnrealized.addingClamped(1) >= store.currentEpoch else { return confirmed }
        var tentative = confirmed
        for root in try view.ancestorRoots(of: view.head, after: confirmed) {
            // To confirm blocks of the current epoch, its target must be going to be justified
            if try view.epoch(of: root) > view.epoch(of: tentative), try !view.willCurrentTargetBeJustified() { break }
            guard try view.isOneConfirmed(root, currentEpochObservedJustifiedCheckpoint) else { break }
            tentative = root
        }
        // It must not be possible to reorganise it out in either this or the next epoch
        if try view.epoch(of: tentative) == store.currentEpoch { return tentative }
        guard try view.votingSource(of: tentative).epoch.addingClamped(2) >= store.currentEpoch else { return confirmed }
        if isEpochStart { return tentative }
        return try view.willNoConflictingCheckpointBeJustified() ? tentative : confirmed
    }

    private func canConfirmPreviousEpoch(
        _ view: inout ConfirmationView, _ latest: Root, _ isEpochStart: Bool
    ) throws(ForkChoiceError) -> Bool {
        let currentEpoch = view.store.currentEpoch
        guard try view.epoch(of: latest).addingClamped(1) == currentEpoch,
            try view.votingSource(of: previousSlotHead).epoch.addingClamped(2) >= currentEpoch
        else { return false }
        if isEpochStart { return true }
        guard try view.willNoConflictingCheckpointBeJustified() else { return false }
        let latestJustified = max(
            try view.node(previousSlotHead).unrealizedJustified.epoch, try view.node(view.head).unrealizedJustified.epoch)
        return latestJustified.addingClamped(1) >= currentEpoch
    }

    /// The last block of the previous epoch that the head of the slot before already contained and that is safe.
    private func lastOfPreviousEpoch(_ view: inout ConfirmationView, after start: Root) throws(ForkChoiceError) -> Root {
        var confirmed = start
        for root in try view.ancestorRoots(of: view.head, after: start) {
            guard try view.epoch(of: root) != view.store.currentEpoch, view.store.isDescendant(previousSlotHead, of: root),
                try view.isOneConfirmed(root, currentEpochObservedJustifiedCheckpoint)
            else { break }
            confirmed = root
        }
        return confirmed
    }
}
