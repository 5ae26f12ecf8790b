import BeaconTypes
import ServiceInterfaces

extension Averager {
    /// Looks whether a candidate is due whenever something has changed that it depends on, and when its time comes.
    func proposeWheneverDue(_ wakes: AsyncStream<Void>) async {
        for await _ in wakes {
            await proposeIfDue()
            planNextLook()
        }
    }

    /// Sets the one timer to when the window closes, or, where it has and nothing could be proposed, to the next moment
    /// at which that may be otherwise: a second later, or with the next slot's committee.
    private func planNextLook() {
        guard let closes = window.closes(after: setting.window) else { return }
        let now = node.clock.currentTime
        let isDue = window.isDue(now: now, expected: setting.expectedTrainers, length: setting.window)
        look(at: isDue ? min(now + 1, node.clock.start(of: (node.clock.currentSlot ?? 0) + 1)) : closes)
    }

    private func look(at time: Double) {
        if let timer, timer.at <= time, timer.at > node.clock.currentTime { return }
        timer?.task.cancel()
        let (clock, wake) = (node.clock, self.wake)
        let fraction = (time - clock.start(of: 0)) / clock.secondsPerSlot
        timer = (
            time,
            Task {
                try? await clock.sleep(until: 0, fraction: fraction)
                if !Task.isCancelled { wake?.yield() }
            }
        )
    }
}
